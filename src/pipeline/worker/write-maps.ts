import { basename } from "node:path";
import { asRefocusdError } from "../../errors/refocusd-error.js";
import { focusMapPicture } from "../../focus/focus-map-picture.js";
import type { Judgement } from "../../focus/judge-frame.js";
import type { Frame } from "../../frames/frame.js";
import type { Canvas } from "../../frames/picture/canvas.js";
import { encodePng } from "../../frames/picture/png.js";
import type { CompanionResult, Writing } from "../../ledger/types.js";
import type { Trust } from "../../restore/trust/estimate-trust.js";
import { trustMapPicture } from "../../restore/trust/trust-map-picture.js";
import type { WorkerJob } from "../messages.js";
import { companionPath } from "../output-path.js";
import { type Provenance, sourceNotes } from "./describe.js";
import type { WritingTools } from "./write-reconstruction.js";

export interface Mapped {
  readonly job: Pick<WorkerJob, "path" | "output" | "thresholds" | "writing" | "hold">;
  /** Counts, larger is brighter. */
  readonly frame: Frame;
  readonly judgement: Judgement;
  /** Null where nothing was reconstructed. */
  readonly made: { readonly restored: Frame; readonly trust: Trust | undefined } | null;
  readonly provenance: Omit<Provenance, "heldBy" | "trust" | "lowTrustBelow">;
}

export function wantsMaps(writing: Writing, made: Mapped["made"]): boolean {
  return wantsFocusMap(writing, made !== null) || (made !== null && writing.trustMap === true);
}

function wantsFocusMap({ focusMap = "none" }: Writing, isReconstructed: boolean): boolean {
  return focusMap === "all" || (focusMap === "reconstructed" && isReconstructed);
}

/**
 * Draws and publishes the maps that are wanted. They are for looking at: where one cannot be written the frame is done all the same, and while
 * space is short none is.
 */
export async function writeMaps(mapped: Mapped, tools: WritingTools): Promise<CompanionResult[]> {
  const { job, frame, judgement, made } = mapped;
  if (job.hold !== undefined) return [];
  const name = basename(job.path);
  const written: CompanionResult[] = [];
  const write = async (kind: "focus-map" | "trust-map", draw: () => Canvas) => {
    const path = companionPath(job.output, kind);
    try {
      const png = encodePng(draw(), textsOf(kind, mapped));
      written.push({ kind, path, ...(await tools.publish(path, png)) });
    } catch (error) {
      const { code, detail } = asRefocusdError(error);
      tools.note(`${code}: a ${kind.replace("-", " ")} was not written: ${detail}`);
    }
  };
  if (wantsFocusMap(job.writing, made !== null))
    await write("focus-map", () => focusMapPicture(frame, name, judgement, job.thresholds));
  const { trust } = made ?? {};
  if (job.writing.trustMap === true && made !== null && trust?.local !== undefined) {
    const { local } = trust;
    await write("trust-map", () => trustMapPicture(made.restored, name, trust, local));
  }
  return written;
}

const TITLES = {
  "focus-map": "Focus map: P(defocused) per tile",
  "trust-map": "Where a reconstruction can be believed less: disagreement and unexplained power by place",
} as const;

/** Keywords as the PNG specification suggests them, and the source's notes: what stands in a reconstruction, too. */
function textsOf(kind: keyof typeof TITLES, { provenance }: Mapped): Record<string, string> {
  return {
    Title: TITLES[kind],
    Software: `refocusd ${provenance.version}`,
    Comment: `a picture for looking at, never for measuring\n${sourceNotes(provenance)
      .map((note) => note.join("="))
      .join("\n")}`,
  };
}
