import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import { bundledModels, findModel } from "../../../src/models/registry.js";
import type { Clock } from "../../../src/system/clock.js";
import { crossvalReport, writeReport } from "../../../src/train/crossval/report.js";
import {
  type CrossvalRequest,
  type CrossvalWorld,
  type RunEvent,
  runCrossval,
} from "../../../src/train/crossval/run-crossval.js";
import { type Field, listFields } from "../../../src/train/dataset/fields.js";
import { splitFor } from "../../../src/train/dataset/folds.js";
import { readItem, writeItem } from "../../../src/train/dataset/item-file.js";
import { opticsSeen } from "../../../src/train/dataset/likely-optics.js";
import { poolItems } from "../../../src/train/dataset/pool.js";
import { renderItem } from "../../../src/train/dataset/render-item.js";
import { createRandom } from "../../../src/train/random.js";
import { type PoolPlan, validationSize } from "../../../src/train/render-pools.js";
import { workFolder } from "../../../src/train/work-folder.js";
import { hasTensorflow, tfjsForTests } from "../../support/tfjs.js";
import { noise } from "../support/planes.js";

let data = "";
let root = "";
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "refocusd-focused-"));
  for (const k of [1, 2, 3, 4]) {
    const pixels = Uint16Array.from(noise(320, 320, k, 3000, 200).data);
    const frame = { width: 320, height: 320, channels: 1, bitDepth: 16, data: pixels } as const;
    await writeFile(join(data, `${k}.tif`), encodeTiff(frame, { description: "", software: "" }));
  }
});
afterAll(() => rm(data, { recursive: true }));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "refocusd-crossval-"));
});
afterEach(() => rm(root, { recursive: true }));

const request = (more: Partial<CrossvalRequest> = {}): CrossvalRequest => ({
  kind: "reconstructor",
  data,
  work: join(root, "work"),
  size: 2,
  seed: 1,
  splitSeed: 3,
  wishes: { length: { minutes: 1 } },
  comparison: { kind: "folds", count: 2 },
  command: "refocusd crossval reconstructor --data ours.",
  ...more,
});

/** What a pool's renderer makes in its first round, all of it by the quickest of our optics. */
async function fillQuickly(folder: string, fields: readonly Field[], size: number, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const see = await opticsSeen();
  for (let k = 0; k < size; k++) {
    const random = createRandom(seed + k);
    await writeItem(join(folder, `${k}.item`), see(await renderItem("weak", fields, random), random));
  }
}

/** A clock by which each step takes a minute. */
function world(stopAt?: string) {
  const runs: RunEvent[] = [];
  const pools: PoolPlan[] = [];
  const stop = new AbortController();
  let minutes = 0;
  const clock: Clock = {
    now: () => Date.UTC(2026, 10, 24, 12),
    monotonic: () => 60_000 * minutes++,
    sleep: () => setTimeout(20),
  };
  const poolFor: CrossvalWorld["poolFor"] = (plan, work) => {
    pools.push(plan);
    const folder = workFolder(work, "");
    let failure: unknown;
    const fill = async () => {
      const { train, validation } = splitFor(await listFields(plan.data), plan);
      await fillQuickly(folder.validation, validation, validationSize(plan), plan.seed + 1);
      await fillQuickly(folder.train, train, plan.size, plan.seed);
    };
    let filled: Promise<void> = Promise.resolve();
    return {
      start: () => {
        filled = fill().catch((error: unknown) => {
          failure = error;
        });
      },
      check: () => {
        if (failure) throw failure;
      },
      stop: () => filled,
    };
  };
  const onRun = (event: RunEvent) => {
    runs.push(event);
    if (event.name === stopAt) stop.abort();
  };
  return {
    runs,
    pools,
    world: { tf: tfjsForTests(), clock, signal: stop.signal, onEvent: () => undefined, onRun, poolFor },
  };
}

const names = (paths: readonly string[]) => paths.map((path) => basename(path));

describe.skipIf(!hasTensorflow)("runCrossval", () => {
  test("stopped in the second fold, goes on with it, trains no finished one again, and tells what it measured", async () => {
    const first = world("fold-2");
    expect(await runCrossval(request(), first.world)).toEqual({ kind: "interrupted", finished: 1, total: 2 });
    const result = await readFile(join(root, "work/fold-1/fold-1.json"), "utf8");

    const second = world();
    const outcome = await runCrossval(request(), second.world);
    expect(second.runs.map(({ name, isDone }) => [name, isDone])).toEqual([
      ["fold-1", true],
      ["fold-2", false],
    ]);
    expect(second.pools).toMatchObject([{ fold: { index: 1, count: 2 }, compared: true }]);
    expect(await readFile(join(root, "work/fold-1/fold-1.json"), "utf8")).toBe(result);
    if (outcome.kind !== "finished") throw new Error("it was not finished");

    const { results } = outcome;
    expect(results.flatMap(({ heldOut }) => heldOut).sort()).toEqual(["1.tif", "2.tif", "3.tif", "4.tif"]);
    for (const { name, train, heldOut, items, steps, minutes, figures, model } of results) {
      expect([...train, ...heldOut].sort()).toEqual(["1.tif", "2.tif", "3.tif", "4.tif"]);
      expect({ items, steps, minutes }).toEqual({ items: 8, steps: 1, minutes: 1 });
      expect(Object.keys(figures)).not.toContain("phantom after");
      expect(figures["all after"]).toBeGreaterThan(-1);
      const { card } = await findModel(join(root, "work/models"), basename(model!), "reconstructor");
      expect(card.recipe).toContain(`The training ${name} of a comparison`);
      const shown = await Promise.all((await poolItems(join(root, "work", name, "pool/validation"))).map(readItem));
      const sources = names(shown.map(({ source }) => source));
      expect(sources.filter((source) => !heldOut.includes(source))).toEqual([]);
      // A gigabyte at its usual size.
      expect(existsSync(join(root, "work", name, "pool/train"))).toBe(false);
    }

    const about = { refocusd: "0.1.0", command: "refocusd crossval.", date: "2026-11-24" };
    await writeReport(join(root, "new/crossval.json"), crossvalReport(about, outcome.facts, results));
    const written = JSON.parse(await readFile(join(root, "new/crossval.json"), "utf8"));
    expect(written).toMatchObject({ ...about, seed: 1, splitSeed: 3, poolSize: 2, plan: { recipe: "ours" } });
    expect(written.fields[0]).toMatchObject({
      file: "1.tif",
      group: "1.tif",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(written.summary["all after"].n).toBe(2);
    expect(written.table.rows).toHaveLength(3);

    // Another comparison does not get into the same folder.
    await expect(runCrossval(request({ seed: 2 }), world().world)).rejects.toMatchObject({
      code: "RF_USAGE",
      detail: expect.stringMatching(/holds another comparison \(different: seed\)/),
    });
  }, 240_000);

  test("makes a data-size curve from random weights and from a model, measured on the same items", async () => {
    const curve = {
      comparison: { kind: "sizes", sizes: [1] },
      from: join(bundledModels(), "resunet-lite"),
    } as const;
    const { world: w, pools } = world();
    const outcome = await runCrossval(request(curve), w);
    if (outcome.kind !== "finished") throw new Error("it was not finished");
    expect(outcome.facts.from).toMatchObject({ name: "resunet-lite" });
    expect(outcome.results.map(({ name, train, from }) => [name, train.length, from])).toEqual([
      ["0-fields-from-resunet-lite", 0, "resunet-lite"],
      ["1-fields", 1, null],
      ["1-fields-from-resunet-lite", 1, "resunet-lite"],
    ]);
    expect(pools.map(({ mostFields }) => mostFields)).toEqual([1, 1]);
    const before = outcome.results.map(({ figures }) => figures["all before"]);
    expect(new Set(before).size).toBe(1);
    // One step changes next to nothing: the model's own weights are worth more than random ones.
    const [untrained, scratch, transferred] = outcome.results.map(({ figures }) => figures["0-0.35 after"]!);
    expect(transferred).toBeGreaterThan(scratch!);
    expect(untrained).toBeCloseTo(transferred!, 1);
    expect(outcome.results[0]).toMatchObject({ steps: 0, minutes: 0, items: 8, model: null });
    // Called again, all is taken from the folder.
    expect(await runCrossval(request(curve), world().world)).toMatchObject({ results: outcome.results });
  }, 240_000);
});

describe("runCrossval refuses, before anything is trained,", () => {
  const from = join(bundledModels(), "resunet-lite");
  const sizes = { comparison: { kind: "sizes", sizes: [1] } } as const;
  test.each([
    ["more folds than groups", { comparison: { kind: "folds", count: 5 } }, "RF_TRAINING_DATA", /5 folds of 4 groups/],
    ["a loss that there is not", { wishes: { loss: "l2" } }, "RF_USAGE", /no loss l2/],
    ["a model that is not there", { ...sizes, from: "/nowhere/sdcnn" }, "RF_MODEL_MISSING", /sdcnn/],
    ["a model of the other kind", { kind: "classifier", from }, "RF_MODEL_INVALID", /is a reconstructor/],
    ["a model of another architecture", { wishes: { architecture: "unet" }, from }, "RF_USAGE", /not a unet/],
    [
      "to fine-tune what was never trained",
      { kind: "classifier", wishes: { recipe: "paper-finetune" } },
      "RF_USAGE",
      /give --from/,
    ],
    [
      "a curve by a recipe that cannot start from nothing",
      { kind: "classifier", wishes: { recipe: "paper-finetune" }, ...sizes, from },
      "RF_USAGE",
      /also trains from random weights/,
    ],
  ] as const)("%s", async (_, more, code, words) => {
    const { world: w, runs } = world();
    await expect(runCrossval(request(more), w)).rejects.toMatchObject({ code, detail: expect.stringMatching(words) });
    expect(runs).toEqual([]);
    expect(existsSync(join(root, "work"))).toBe(false);
  });
});
