import { RefocusdError } from "../../errors/refocusd-error.js";
import { deconvolve } from "../../restore/consistency/deconvolve.js";
import type { TransferBelief } from "../../restore/consistency/likely-transfer.js";
import { powerOf } from "../../restore/consistency/source-optics.js";
import type { StoredItem } from "../dataset/item-file.js";
import { cropMirrored } from "../edges.js";
import { dihedral, mapPlane, meanAndSd, type Plane, quantile } from "../plane.js";
import type { Random } from "../random.js";
import { addNoise, drawNoise, drawResponse, type NoiseDraw } from "./augment.js";
import { cropItem, drawOffset } from "./crop-item.js";

/** The crop is standardised with the statistics of this much around it, as a crop of a frame is with the frame's. */
const REGION = 320;
/** Statistics of a region come from every third pixel each way: all of them took a quarter of the training's time. */
const SAMPLE_STEP = 3;
/** Share of the examples that are in focus, or nearly: they teach the identity. */
const IDENTITY_SHARE = 0.15;
/** Of guided examples, so many are not: of small frames, and where nobody wants it, the optics are not asked. */
const PLAIN_SHARE = 0.12;

/** A frame out of focus and what it is in focus, in the standardised units of the first. */
export interface Pair {
  readonly source: Plane;
  /** What the optics alone make of it, or itself where they are not asked. */
  readonly guide: Plane;
  readonly focused: Plane;
  /** The focused plane's 0.1 percentile and its distance to the 99.9 one, in standardised units. */
  readonly low: number;
  readonly range: number;
}

/**
 * @param guided whether the optics are asked
 * @throws RF_TRAINING_DATA where they are, and the item does not tell what is believed of them
 */
export function drawExample(item: StoredItem, crop: number, random: Random, guided: boolean): Pair {
  // View 1 is in focus or nearly.
  const view = random.chance(IDENTITY_SHARE) ? 1 : random.integer(2, item.dofs.length - 1);
  // The same noise on both sides: the network learns to refocus, and to leave the camera's noise as it is.
  const noise = drawNoise(random, 0.35);
  const likely = guided && !random.chance(PLAIN_SHARE) ? opticsFrom(item, view) : undefined;
  if (likely) return guidedExample(item, { view, noise, likely, crop }, random);
  const region = Math.min(item.side, Math.max(REGION, crop));
  const left = random.integer(0, item.side - region);
  const top = random.integer(0, item.side - region);
  const sample = (plane: number) => addNoise(item.crop(plane, left, top, region, SAMPLE_STEP), noise);
  const samples = { source: sample(view), focused: sample(0) };
  const response = drawResponse(random, meanAndSd(samples.source.data));
  const x = left + drawOffset(region - crop, random);
  const y = top + drawOffset(region - crop, random);
  const symmetry = random.integer(0, 7);
  const shown = (plane: number) =>
    dihedral(mapPlane(addNoise(cropItem(item, plane, x, y, crop), noise), response), symmetry);
  const planes = { source: shown(view), focused: shown(0) };
  const around = { source: mapPlane(samples.source, response), focused: mapPlane(samples.focused, response) };
  return withGuide(standardise(planes, around));
}

interface Shown {
  readonly view: number;
  readonly noise: NoiseDraw;
  readonly likely: TransferBelief;
  readonly crop: number;
}

/** The optics reach far, so they are asked of the whole plane, of which the crop is taken then. */
function guidedExample(item: StoredItem, { view, noise, likely, crop }: Shown, random: Random): Pair {
  const sample = addNoise(item.crop(view, 0, 0, item.side, SAMPLE_STEP), noise);
  const response = drawResponse(random, meanAndSd(sample.data));
  const shown = (plane: number) => mapPlane(addNoise(item.plane(plane), noise), response);
  const { source, guide, focused, low, range } = withGuide(
    standardise({ source: shown(view), focused: shown(0) }),
    likely,
  );
  const [left, top] = [drawOffset(item.side - crop, random), drawOffset(item.side - crop, random)];
  const symmetry = random.integer(0, 7);
  const cut = (plane: Plane) => dihedral(cropMirrored(plane, left, top, crop), symmetry);
  return { source: cut(source), guide: cut(guide), focused: cut(focused), low, range };
}

/** @throws RF_TRAINING_DATA where the item does not tell it */
export function opticsFrom(item: StoredItem, plane: number): TransferBelief {
  const likely = item.likely(plane);
  if (likely) return likely;
  const why = "a pool of an earlier version, whose items tell nothing of their optics: give another --work";
  throw new RefocusdError("RF_TRAINING_DATA", why);
}

/** @param likely what is believed of the optics; left out: nothing */
export function withGuide(pair: Omit<Pair, "guide">, likely?: TransferBelief): Pair {
  const power = likely && powerOf(pair.source);
  return { ...pair, guide: power ? { ...pair.source, data: deconvolve(pair.source, { power, likely }) } : pair.source };
}

interface Planes {
  readonly source: Plane;
  readonly focused: Plane;
}

/**
 * Both in the source's standardised units: at run time the focused frame's own mean and s.d. are not known.
 *
 * @param around what the statistics are taken from, if not from the planes themselves
 */
export function standardise(planes: Planes, around = planes): Omit<Pair, "guide"> {
  const { mean, sd } = meanAndSd(around.source.data);
  const unit = sd || 1;
  const scale = (plane: Plane) => mapPlane(plane, (value) => (value - mean) / unit);
  const low = (quantile(around.focused.data, 0.001) - mean) / unit;
  const high = (quantile(around.focused.data, 0.999) - mean) / unit;
  return { source: scale(planes.source), focused: scale(planes.focused), low, range: Math.max(0.1, high - low) };
}
