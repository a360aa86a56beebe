import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PLAN_FLUOR_10X } from "../../../src/optics/optics.js";
import { readItem } from "../../../src/train/dataset/item-file.js";
import { fieldItems, fillPool, mixedItems, poolItems } from "../../../src/train/dataset/pool.js";
import type { ForwardModel, TrainingItem } from "../../../src/train/dataset/render-item.js";
import type { Random } from "../../../src/train/random.js";
import { noise } from "../support/planes.js";

// A real item takes some seconds.
vi.mock("../../../src/train/dataset/render-item.js", () => ({
  renderItem: async (model: ForwardModel, _fields: unknown, random: Random): Promise<TrainingItem> => ({
    model,
    source: "stub",
    optics: PLAN_FLUOR_10X,
    focused: noise(8, 8, random.integer(0, 2 ** 30), 1, 0.1),
    defocused: [],
  }),
}));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refocusd-pool-"));
});
afterEach(() => rm(folder, { recursive: true }));

const fill = (name: string, more: Partial<Parameters<typeof fillPool>[0]> = {}) =>
  fillPool({ folder: join(folder, name), render: mixedItems([]), size: 6, seed: 5, renew: false, ...more });
const bytes = async (name: string) => {
  const items = await poolItems(join(folder, name));
  return Promise.all(items.map(async (path) => (await readFile(path)).toString("base64")));
};

test("a pool is the same from the same seed, and no two of its items are", async () => {
  await fill("a");
  await fill("b");
  await fill("c", { seed: 6 });
  const [a, b, c] = [await bytes("a"), await bytes("b"), await bytes("c")];
  expect(a).toHaveLength(6);
  expect(new Set(a).size).toBe(6);
  expect(b).toEqual(a);
  expect(c.filter((item) => a.includes(item))).toEqual([]);
});

test("an interrupted pool goes on where it was, and ends as one that was not interrupted", async () => {
  await fill("whole");
  const stop = new AbortController();
  await fill("parts", { signal: stop.signal, onItem: (done) => done === 3 && stop.abort() });
  const there = await poolItems(join(folder, "parts"));
  expect(there).toHaveLength(3);
  const before = await Promise.all(there.map((path) => stat(path)));
  await fill("parts");
  const after = await Promise.all(there.map((path) => stat(path)));
  expect(after.map(({ ino }) => ino)).toEqual(before.map(({ ino }) => ino));
  expect(await bytes("parts")).toEqual(await bytes("whole"));
});

test("a full pool is renewed item by item until the signal", async () => {
  await fill("a");
  const before = await bytes("a");
  const stop = new AbortController();
  let renewed = 0;
  await fill("a", { renew: true, signal: stop.signal, onItem: () => ++renewed === 8 && stop.abort() });
  const after = await bytes("a");
  expect(after).toHaveLength(6);
  expect(after.filter((item) => before.includes(item))).toEqual([]);
});

test("items of fields alone are made by each model in turn, and none shows a phantom", async () => {
  await fill("fields", { render: fieldItems([]) });
  const items = await Promise.all((await poolItems(join(folder, "fields"))).map(readItem));
  expect(items.map(({ model }) => model)).toEqual(["weak", "abbe", "weak", "abbe", "weak", "abbe"]);
});

test("a pool that is not there has no items", async () => {
  expect(await poolItems(join(folder, "none"))).toEqual([]);
});
