import type { DistanceFacts } from "../../ledger/types.js";
import { printable } from "../frame-text.js";
import type { ReconstructionComparison, Reproduction } from "./compare.js";

/** What came out when a frame was run again, for people. */
export function reproductionText(one: Reproduction): string {
  const {
    path,
    page,
    revision,
    source,
    failure,
    verdict,
    pDefocused,
    pSpectrum,
    distance,
    tiles,
    normalisation,
    reconstruction,
  } = one;
  const content = revision > 1 ? `, content ${revision}` : "";
  const lines = [`${printable(path)}${page > 0 ? ` page ${page}` : ""}${content}`];
  lines.push(one.same ? "  It comes out the same." : "  It does not come out the same.");
  const row = (label: string, value: string) => lines.push(`  ${label.padEnd(16)}${value}`);
  if (source.same) row("source", `same: SHA-256 ${source.recorded}`);
  else if (source.found === null) row("source", "not there any more: nothing was run");
  else row("source", `other bytes: SHA-256 is ${source.found}, was ${source.recorded}; nothing was run`);
  if (failure) row("run", `ended with ${failure.code}: ${printable(failure.detail)}`);
  if (verdict) row("verdict", verdict.same ? `same: ${verdict.found}` : `is ${verdict.found}, was ${verdict.recorded}`);
  if (pDefocused) row("P(defocused)", probabilityText(pDefocused));
  if (pSpectrum) row("of spectrum", probabilityText(pSpectrum));
  if (distance) row("distance", distanceText(distance));
  if (verdict) row("tiles", tilesText(tiles));
  if (normalisation) row("standardised", normalisation.same ? "by the same values" : "by other values");
  if (reconstruction) row("reconstruction", reconstructionText(reconstruction));
  one.circumstances.forEach(({ what, recorded, now }, i) => {
    row(i === 0 ? "unlike then" : "", `${what}: ${now ?? "none"}, was ${recorded ?? "not recorded"}`);
  });
  return `${lines.join("\n")}\n`;
}

function probabilityText({ same, recorded, found }: NonNullable<Reproduction["pDefocused"]>): string {
  return same ? `same: ${found ?? "none"}` : `is ${found ?? "none"}, was ${recorded ?? "none"}`;
}

function distanceText({ same, recorded, found }: NonNullable<Reproduction["distance"]>): string {
  const words = (one: DistanceFacts | null) =>
    one === null ? "none" : `${one.dof} DOF units (${one.low} to ${one.high})`;
  return same ? `same: ${words(found)}` : `is ${words(found)}, was ${words(recorded)}`;
}

function tilesText(tiles: Reproduction["tiles"]): string {
  if (tiles === null) return "not compared: their probabilities have left the ledger for a daily file";
  if (tiles.same) return `same: all ${tiles.count} probabilities`;
  return tiles.maxDifference === null
    ? "another grid"
    : `probabilities differ by up to ${tiles.maxDifference.toPrecision(3)}`;
}

function reconstructionText({ same, recorded, found, pixels, whyNoPixels }: ReconstructionComparison): string {
  if (same) return `same bytes: SHA-256 ${found}`;
  const bytes = `other bytes: SHA-256 is ${found ?? "none"}, was ${recorded}`;
  if (pixels === null) return `${bytes}; pixels not compared: ${whyNoPixels ?? "for an unknown reason"}`;
  if (pixels.same) return `${bytes}; the same pixels: it differs in what it says of itself, or in how they are packed`;
  if (pixels.maxDifference === null) return `${bytes}; of another size or type`;
  return `${bytes}; ${pixels.differing} of ${pixels.of} values differ, by up to ${pixels.maxDifference}`;
}
