import { FEATURES, type Head, HIDDEN, hiddenOf, logitOf } from "../../../src/train/adapt/head.js";
import type { Judged } from "../../../src/train/adapt/score.js";
import { createRandom } from "../../../src/train/random.js";

/** Goes by the first feature alone, which its hidden layer passes on twice, as it is and turned round; others have small weights. */
export function plainHead(shift = 0): Head {
  const random = createRandom(9);
  const kernel = Float32Array.from({ length: FEATURES * HIDDEN }, () => 0.02 * random.normal());
  kernel[0] = 1;
  kernel[1] = -1;
  const out = new Float32Array(HIDDEN);
  out[0] = 1;
  out[1] = -1;
  return { kernel, bias: new Float32Array(HIDDEN), out, shift };
}

/** Nine frames of each group, three in focus; feature 0 tells them apart about `middle`, feature 1 about 0 without fail. */
export function judgedFrames(
  head: Head,
  groups: number,
  { middle, first }: { middle: number; first: number },
): Judged[] {
  const random = createRandom(first * 100 + groups);
  return Array.from({ length: groups * 9 }, (_, k) => {
    const isDefocused = k % 3 !== 0;
    const side = isDefocused ? 1 : -1;
    const tiles = Array.from({ length: 4 }, (_, t) => {
      const features = new Float32Array(FEATURES);
      features[0] = middle + first * side + random.normal();
      features[1] = 3 * side + 0.3 * random.normal();
      features[2] = Math.abs(random.normal());
      const logit = logitOf(head, hiddenOf(head, features));
      const look = { left: t, top: 0, side: 134, contrast: 0.05, signalToNoise: 20, isBlank: false };
      return { ...look, features, logit };
    });
    return { group: `g${Math.floor(k / 9)}`, isDefocused, tiles };
  });
}
