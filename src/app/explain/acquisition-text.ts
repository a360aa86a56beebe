import {
  depthOfFieldUm,
  FINEST_SAMPLING,
  pixelSampling,
  USUAL_WAVELENGTH_UM,
  wavelengthUm,
} from "../../frames/depth-of-field.js";
import type { AcquisitionStory } from "../../ledger/story.js";
import type { FrameCourse } from "../../report/series-course.js";
import { printable } from "../frame-text.js";
import { localTime } from "../local-time.js";

type Rows = readonly (readonly [label: string, value: string])[];

/** How a frame was acquired, with what follows from it. Only what is known has a row. */
export function acquisitionRows(facts: AcquisitionStory): Rows {
  const { acquiredMs, acquiredAtMs, stageXUm, stageYUm, stageZUm, pixelSizeUm, na } = facts;
  const rows: [string, string][] = [];
  const add = (label: string, parts: readonly (string | undefined)[]) => {
    const known = parts.filter((part) => part !== undefined);
    if (known.length > 0) rows.push([label, known.join(", ")]);
  };
  add("acquired", [
    acquiredAtMs === null ? undefined : localTime(acquiredAtMs),
    acquiredMs === null ? undefined : `${seconds(acquiredMs)} after the start`,
  ]);
  add("optics", [
    facts.objective === null ? undefined : printable(facts.objective),
    facts.magnification === null ? undefined : `${facts.magnification}×`,
    na === null ? undefined : `NA ${na}`,
    facts.channelName === null ? undefined : `channel ${printable(facts.channelName)}`,
    facts.exposureMs === null ? undefined : `exposure ${round(facts.exposureMs)} ms`,
    facts.camera === null ? undefined : printable(facts.camera),
  ]);
  if (na !== null) {
    const lightUm = wavelengthUm(facts.emissionNm);
    const light =
      facts.emissionNm === null
        ? `green light, ${USUAL_WAVELENGTH_UM} µm; the file tells none`
        : `${facts.emissionNm} nm`;
    add("depth of field", [`λ/NA² = ${depthOfFieldUm(na, lightUm).toFixed(2)} µm (${light})`]);
    if (pixelSizeUm !== null) add("sampling", [samplingText(pixelSampling(pixelSizeUm, na, lightUm))]);
  }
  if (stageXUm !== null && stageYUm !== null && stageZUm !== null) {
    add("stage", [`x ${round(stageXUm)} µm`, `y ${round(stageYUm)} µm`, `z ${round(stageZUm)} µm`]);
  }
  return rows;
}

/** True times, and what the focus drive did, from the frame before and over the series. */
export function courseRows(frame: AcquisitionStory, { before, series }: FrameCourse): Rows {
  const rows: [string, string][] = [];
  const gapMs = difference(frame.acquiredMs, before?.acquiredMs);
  const movedUm = difference(frame.stageZUm, before?.zUm);
  const since = [
    // Backwards: another acquisition into the same names.
    gapMs !== undefined && gapMs > 0 ? `${seconds(gapMs)} later` : undefined,
    movedUm === undefined ? undefined : `z ${signed(movedUm)} µm`,
  ].filter((part) => part !== undefined);
  if (before && since.length > 0) rows.push([`since ${before.time}`, since.join(", ")]);
  if (!series || series.frames < 2) return rows;
  const { meanIntervalS, shortestIntervalS, longestIntervalS, firstZUm, lastZUm, lowestZUm, highestZUm } = series;
  if (meanIntervalS !== null) {
    const range = `${round(shortestIntervalS ?? 0)} to ${round(longestIntervalS ?? 0)} s`;
    rows.push(["intervals", `${round(meanIntervalS)} s on average (${range}) over ${series.frames} time points`]);
  }
  const drift = difference(lastZUm, firstZUm);
  if (drift !== undefined && lowestZUm !== null && highestZUm !== null) {
    rows.push(["focus drive", `${signed(drift)} µm from first to last, within ${round(highestZUm - lowestZUm)} µm`]);
  }
  return rows;
}

function samplingText(sampling: number): string {
  const fit = sampling > FINEST_SAMPLING ? "coarser" : "finer";
  return `a pixel is ${sampling.toFixed(2)} λ/NA, ${fit} than the ${FINEST_SAMPLING} that shows all the objective resolves`;
}

function difference(a: number | null | undefined, b: number | null | undefined): number | undefined {
  return a === null || a === undefined || b === null || b === undefined ? undefined : a - b;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function signed(um: number): string {
  return `${um > 0 ? "+" : um < 0 ? "−" : "±"}${round(Math.abs(um))}`;
}

/** Two decimals, without trailing zeros. */
function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
