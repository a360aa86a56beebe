import { distanceOf } from "../../focus/spectrum/distance-of.js";
import { pixelSampling } from "../../frames/depth-of-field.js";
import type { ModelDistance } from "../../models/card.js";
import { bundledModels, findModel } from "../../models/registry.js";
import type { TransferBelief } from "../../restore/consistency/likely-transfer.js";
import { opticsOf } from "../../restore/consistency/source-optics.js";
import { possibleTransfers, type Transfer } from "../../restore/consistency/transfers.js";
import { addNoise, drawNoise } from "../loop/augment.js";
import { meanAndSd, type Plane } from "../plane.js";
import type { Random } from "../random.js";
import type { TrainingItem } from "./render-item.js";

/** Of frames, so many come with pixel size and NA. */
const SAMPLED_SHARE = 0.8;

/** Where nothing is told, a network gets frames as they are. */
const UNCHANGED: TransferBelief = (() => {
  const [{ filter }] = possibleTransfers({ dof: 0, low: 0, high: 0 }) as [Transfer];
  return { mean: filter.map(() => 1), variance: filter.map(() => 0) };
})();

/** Adds to an item what is believed of the optics of its planes. */
export type SeeOptics = (item: TrainingItem, random: Random) => TrainingItem;

/** As `sdcnn` tells the distance from focus, by which the optics are looked for. */
export async function opticsSeen(): Promise<SeeOptics> {
  const { card } = await findModel(bundledModels(), "sdcnn", "classifier");
  const part = card.spectrum?.distance;
  return (item, random) => (part ? withLikelyOptics(item, part, random) : item);
}

/** What the power spectra of an item's planes, noise on them, tell of the optics: as a daemon finds them, with its errors. */
export function withLikelyOptics(item: TrainingItem, part: ModelDistance, random: Random): TrainingItem {
  const defocused = item.defocused.map((one) => ({ ...one, likely: likelyFor(one.plane, item, part, random) }));
  return { ...item, defocused };
}

function likelyFor(plane: Plane, { optics }: TrainingItem, part: ModelDistance, random: Random) {
  const { pixelUm, na, wavelengthUm } = optics;
  const sampling = random.chance(SAMPLED_SHARE) ? pixelSampling(pixelUm, na, wavelengthUm) : undefined;
  const { width, height, data } = addNoise(plane, drawNoise(random));
  const frame = { width, height, channels: 1, bitDepth: 32, sampleFormat: "float", data } as const;
  const distance = distanceOf(frame, part, sampling);
  const { mean, sd } = meanAndSd(data);
  const found =
    distance && opticsOf({ width, height, data: data.map((value) => (value - mean) / (sd || 1)) }, distance, sampling);
  return found?.likely ?? UNCHANGED;
}
