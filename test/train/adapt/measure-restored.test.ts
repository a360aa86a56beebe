import { join } from "node:path";
import { expect, test } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { measureRestored, type Restore } from "../../../src/train/adapt/measure-restored.js";
import { writeItem } from "../../../src/train/dataset/item-file.js";
import { mapPlane } from "../../../src/train/plane.js";
import { temporaryFolder } from "../../ledger/support.js";
import { noise } from "../support/planes.js";

/** Its defocused view is the focused one turned over about the background: a network that turns it back is perfect. */
async function itemFile(seed: number): Promise<string> {
  const focused = noise(64, 64, seed, 1, 0.1);
  const path = join(temporaryFolder(), `${seed}.item`);
  const turned = mapPlane(focused, (value) => 2 - value);
  const defocused = [
    { dof: 0, plane: focused },
    { dof: -2.5, plane: turned },
  ];
  await writeItem(path, { model: "weak", source: "noise", optics: PLAN_FLUOR_10X, focused, defocused });
  return path;
}
const unchanged: Restore = async (plane) => plane;
const turning: Restore = async (plane) => mapPlane(plane, (value) => 2 - value);

test("every network is measured on the same frames, against the frame in focus", async () => {
  const items = [await itemFile(1), await itemFile(2), await itemFile(3)];
  const [same, turned] = await measureRestored(
    items,
    { old: unchanged, adapted: [unchanged, turning], knowsSampling: false },
    new AbortController().signal,
  );
  expect(same!.map(({ item, dof }) => [item, dof])).toEqual([
    [0, 0],
    [0, -2.5],
    [1, 0],
    [1, -2.5],
    [2, 0],
    [2, -2.5],
  ]);
  for (const { asIs, old, adapted } of same!) expect([old, adapted]).toEqual([asIs, asIs]);
  for (const [k, { dof, asIs, old, adapted }] of turned!.entries()) {
    expect(asIs).toBe(same![k]!.asIs);
    if (dof === 0) expect(asIs).toBeGreaterThan(0.999);
    // Noise of its own sign remains.
    else expect([old < 0, adapted > old + 0.5]).toEqual([true, true]);
  }
});

test("the sampling of each item is told where the microscope is known", async () => {
  const told: (number | undefined)[] = [];
  const listening: Restore = async (plane, sampling) => {
    told.push(sampling);
    return plane;
  };
  const { signal } = new AbortController();
  for (const knowsSampling of [true, false])
    await measureRestored([await itemFile(1)], { old: listening, adapted: [listening], knowsSampling }, signal);
  const own = (PLAN_FLUOR_10X.pixelUm * PLAN_FLUOR_10X.na) / PLAN_FLUOR_10X.wavelengthUm;
  expect(told).toEqual([own, own, own, own, undefined, undefined, undefined, undefined]);
});

test("ends when the signal comes", async () => {
  const networks = { old: unchanged, adapted: [unchanged], knowsSampling: false };
  await expect(measureRestored([await itemFile(1)], networks, AbortSignal.abort(new Error("enough")))).rejects.toThrow(
    "enough",
  );
});
