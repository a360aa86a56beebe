import { basename } from "node:path";
import type { SourceFacts } from "../../frames/facts.js";
import type { Frame } from "../../frames/frame.js";
import { omeXml } from "../../frames/ome-xml.js";
import type { TiffText } from "../../frames/tiff-writer.js";
import type { ModelRef, Writing } from "../../ledger/types.js";
import type { HeldBy } from "../../restore/consistency/hold-to-source.js";

export interface Provenance {
  readonly version: string;
  readonly model: ModelRef;
  readonly classifier: ModelRef;
  readonly source: string;
  readonly page: number;
  readonly sourceSha256: string;
  readonly pDefocused: number | null;
  /** By which optics it was held to its source; null: it is by the network alone. */
  readonly heldBy: Pick<HeldBy, "dof" | "annulusRadius" | "sphericalWaves" | "sampling"> | null;
  readonly trust: number | null;
  readonly lowTrustBelow: number;
}

const NOTE = "RECONSTRUCTED by refocusd from a defocused frame: computed, not measured";
const NAMESPACE = "refocusd/reconstruction";

/**
 * What stands in the file itself, so that a reconstruction that was copied away from its ledger still says what it is. No time of
 * day: the same source and model give the same bytes, whenever and however often.
 */
export function provenanceNotes(p: Provenance): (readonly [key: string, value: string])[] {
  return [
    ["RECONSTRUCTED", "true"],
    ["note", NOTE],
    ["software", `refocusd ${p.version}`],
    ["model", `${p.model.name} ${p.model.version}`],
    ["modelSha256", p.model.sha256],
    ...sourceNotes(p),
    ["heldToSource", heldText(p.heldBy)],
    ["trust", p.trust === null ? "none" : p.trust.toFixed(4)],
    ...(p.trust !== null && p.trust < p.lowTrustBelow ? ([["trustVerdict", "low-trust"]] as const) : []),
  ];
}

function heldText(heldBy: Provenance["heldBy"]): string {
  if (heldBy === null) return "no";
  const { dof, annulusRadius, sphericalWaves, sampling } = heldBy;
  return `${dof.toFixed(1)} DOF, annulus ${annulusRadius} NA, spherical ${sphericalWaves} waves, ${sampling} px NA/wavelength`;
}

/** Which frame it was, and how it was judged. */
export function sourceNotes(
  p: Pick<Provenance, "source" | "page" | "sourceSha256" | "classifier" | "pDefocused">,
): (readonly [key: string, value: string])[] {
  return [
    ["source", sourceName(p)],
    ["sourcePage", String(p.page)],
    ["sourceSha256", p.sourceSha256],
    ["classifier", `${p.classifier.name} ${p.classifier.version}`],
    ["pDefocused", p.pDefocused === null ? "none" : p.pDefocused.toFixed(4)],
  ];
}

const EXTRACT_NOTE = "EXTRACT by refocusd: one page of a larger file, pixel by pixel";

/** What stands in the file of an extracted page. */
export function extractNotes(
  p: Pick<Provenance, "version" | "source" | "page" | "sourceSha256" | "classifier" | "pDefocused">,
): (readonly [key: string, value: string])[] {
  return [["EXTRACT", "true"], ["note", EXTRACT_NOTE], ["software", `refocusd ${p.version}`], ...sourceNotes(p)];
}

/** The description of an extracted page, in the same two forms. */
export function describeExtract(
  provenance: Parameters<typeof extractNotes>[0],
  writing: Pick<Writing, "description">,
  frame: Frame,
  facts: SourceFacts,
): Pick<TiffText, "description" | "form"> {
  const name = `page ${provenance.page} of ${sourceName(provenance)}`;
  const creator = `refocusd ${provenance.version}`;
  const texts = {
    name,
    description: EXTRACT_NOTE,
    creator,
    notes: extractNotes(provenance),
    namespace: "refocusd/extract",
  };
  return describe({ frame, facts, ...texts }, writing);
}

/** The description of a reconstruction: ImageJ's lines, or OME-XML with the same notes in a MapAnnotation. */
export function describeReconstruction(
  provenance: Provenance,
  writing: Pick<Writing, "description">,
  frame: Frame,
  facts: SourceFacts,
): Pick<TiffText, "description" | "form"> {
  const notes = provenanceNotes(provenance);
  const creator = `refocusd ${provenance.version}`;
  const name = `RECONSTRUCTED ${sourceName(provenance)}`;
  return describe({ frame, facts, name, description: NOTE, creator, notes, namespace: NAMESPACE }, writing);
}

function describe(
  content: Parameters<typeof omeXml>[0],
  { description }: Pick<Writing, "description">,
): Pick<TiffText, "description" | "form"> {
  return description === "imagej"
    ? { description: `${content.notes.map((note) => note.join("=")).join("\n")}\n` }
    : { form: "ome", description: omeXml(content) };
}

function sourceName({ source }: Pick<Provenance, "source">): string {
  return basename(source).replaceAll(/\p{Cc}/gu, "?");
}
