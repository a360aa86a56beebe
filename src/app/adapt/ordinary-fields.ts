import { join } from "node:path";
import type { Field } from "../../train/dataset/fields.js";
import { bundledSamples, readTruth, type SampleTruth } from "../demo/truth.js";

/** Samples in focus, far apart in time. One position is learnt from, the other tells what is forgotten. */
const LEARNT = /_t(01|09)xy1c1\.tif$/;
const KEPT = /_t(01|09)xy2c1\.tif$/;

/** Focused fields that the classifier knew before: of the samples that come with refocusd. @throws RF_USAGE without samples */
export async function ordinaryFields(
  samples = bundledSamples(),
): Promise<{ readonly learnt: Field[]; readonly kept: Field[] }> {
  const focused = (await readTruth(samples)).filter(({ verdict }) => verdict === "focused");
  const field = ({ file }: SampleTruth) => ({ path: join(samples, file), group: file });
  return {
    learnt: focused.filter(({ file }) => LEARNT.test(file)).map(field),
    kept: focused.filter(({ file }) => KEPT.test(file)).map(field),
  };
}
