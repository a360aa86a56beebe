import { describe, expect, test } from "vitest";
import { renderTissue } from "../../../src/train/phantom/tissue.js";
import { meanAndSd } from "../../../src/train/plane.js";
import { createRandom } from "../../../src/train/random.js";

const VIEW = { size: 192, pixelUm: 0.65, left: 0, top: 0 };
const render = (seed: number) => renderTissue(createRandom(seed), VIEW, { cellScale: 1, phaseScale: 1 });

describe("a layer without gaps", () => {
  test("is the same from the same seed, and another from another", () => {
    expect(render(3).data).toEqual(render(3).data);
    expect(render(4).data).not.toEqual(render(3).data);
  });

  test.each([1, 2, 3, 4, 5, 6])("has mean 0 and a phase that a thin specimen may have (seed %i)", (seed) => {
    const { mean, sd } = meanAndSd(render(seed).data);
    expect(Math.abs(mean)).toBeLessThan(1e-4);
    expect(sd).toBeGreaterThanOrEqual(0.0399);
    expect(sd).toBeLessThanOrEqual(0.3501);
  });

  test.each([1, 2, 3, 4, 5, 6])("shows something everywhere (seed %i)", (seed) => {
    const { data } = render(seed);
    const { sd } = meanAndSd(data);
    for (let top = 0; top < 192; top += 64) {
      for (let left = 0; left < 192; left += 64) {
        const part = Array.from({ length: 64 }, (_, y) =>
          data.subarray((top + y) * 192 + left, (top + y) * 192 + left + 64),
        );
        expect(meanAndSd(part.flatMap((row) => [...row])).sd).toBeGreaterThan(0.1 * sd);
      }
    }
  });
});
