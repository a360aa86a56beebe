import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { AdaptOnceRequest } from "../../src/app/adapt/schedule/adapt-once.js";
import { writeChoice } from "../../src/app/adapt/schedule/classifier-choice.js";
import { installModel } from "../../src/app/models.js";
import { openOnnxEngine } from "../../src/engines/onnx.js";
import { openLedger, openLedgerReader } from "../../src/ledger/open.js";
import { bundledModels, findModel } from "../../src/models/registry.js";
import { systemClock } from "../../src/system/clock.js";
import { moveLine } from "../../src/train/adapt/move-line.js";
import { temporaryFolder } from "../ledger/support.js";
import {
  canRun,
  makePlace,
  type Place,
  type RunningDaemon,
  refocusd,
  SAMPLES,
  startDaemon,
  storyOf,
  until,
} from "./support.js";

const LAB = "sdcnn-lab-20261124";
const ADAPT_PROCESS = resolve(import.meta.dirname, "../../dist/app/adapt/schedule/adapt-process.js");

let running: RunningDaemon | undefined;
afterEach(() => {
  running?.process.kill("SIGKILL");
  running = undefined;
});

/** As a scheduled run leaves it: a classifier like sdcnn, with its line moved by a hair, among the adapted ones, and chosen. */
async function installAdapted(place: Place): Promise<void> {
  const { card, directory } = await findModel(bundledModels(), "sdcnn");
  const { selfTest: _, sha256, ...kept } = card;
  const parent = { name: card.name, version: card.version, sha256 };
  const models = join(place.state, "models");
  mkdirSync(models, { recursive: true });
  const engine = await openOnnxEngine({ threads: 1 });
  const made = await installModel(
    {
      weights: moveLine(readFileSync(join(directory, "model.onnx")), { scale: 1, shift: 0.001 }),
      card: { ...kept, name: LAB, version: `${card.version}-adapted.2026-11-24`, parent },
      ...{ models, replace: false },
    },
    engine,
    systemClock,
  );
  await engine.dispose();
  const { name, version, sha256: weights } = made.card;
  const ledger = openLedger(join(place.state, "ledger.sqlite"), { clock: systemClock });
  writeChoice(ledger, { name, version, sha256: weights, insteadOf: parent, sinceMs: 1, undone: false });
  // A time that came while refocusd was not running.
  const memory = { schedule: "0 3 1 1 *", dueMs: 1, last: null, basis: null };
  ledger.setMeta("adapt.schedule", JSON.stringify(memory));
  ledger.close();
}

function eventsOf(place: Place): { kind: string; detail: string }[] {
  const ledger = openLedgerReader(join(place.state, "ledger.sqlite"), { clock: systemClock });
  const events = ledger.select<{ kind: string; detail: string }>(
    "SELECT kind, detail_json AS detail FROM events WHERE kind = 'adaptation' OR kind LIKE 'classifier-%' ORDER BY id",
  );
  ledger.close();
  return events;
}

describe.skipIf(!canRun)("adapting by itself", () => {
  it("makes up for a missed run, judges with the classifier that is chosen, and goes back; a damaged one stops nothing", async () => {
    const place = makePlace('adapt: { schedule: "0 3 1 1 *", use: true }\nreconstruct: never\n');
    await installAdapted(place);
    running = await startDaemon(place);
    const log = () => running!.log();
    const judgedBy = async (name: string) => {
      writeFileSync(join(place.input, name), readFileSync(join(SAMPLES, name)));
      await until(() => storyOf(place, name)[0]?.state === "done", log);
      return storyOf(place, name)[0]?.classifier?.name;
    };
    expect(await judgedBy("demo_t01xy1c1.tif")).toBe(LAB);
    await until(() => log().includes("too few frames"), log);
    // What status tells is written every few seconds.
    const status = async () => (await refocusd("status", "-c", place.config)).out;
    const outcome = /adapting: next \d{4}-01-01 03:00:00; last .*: too few frames: the ledger has [01] frames/;
    await expect.poll(status, { timeout: 30_000, interval: 1000 }).toMatch(outcome);
    expect(await status()).toContain(`${LAB} judges instead of sdcnn`);

    const back = await refocusd("models", "use", "configured", "-c", place.config);
    expect(back).toMatchObject({ code: 0, out: expect.stringMatching(/^sdcnn judges/) });
    await until(() => log().includes("another classifier judges from now on"), log);
    expect(await judgedBy("demo_t01xy2c1.tif")).toBe("sdcnn");

    writeFileSync(join(place.state, "models", LAB, "model.onnx"), "torn");
    await refocusd("models", "use", "adapted", "-c", place.config);
    await until(() => log().includes("the adapted classifier cannot be used"), log);
    expect(await judgedBy("demo_t02xy1c1.tif")).toBe("sdcnn");
    running.process.kill("SIGTERM");
    expect(await running.end).toBe(0);

    running = await startDaemon(place);
    expect(await judgedBy("demo_t02xy2c1.tif")).toBe("sdcnn");
    expect((await refocusd("status", "-c", place.config)).out).toMatch(
      new RegExp(`ADAPTED CLASSIFIER ${LAB} NOT IN USE .*RF_MODEL_INVALID`),
    );
    const kinds = eventsOf(place).map(({ kind }) => kind);
    const refused = ["classifier-refused", "classifier-refused"];
    expect(kinds).toEqual(["adaptation", "classifier-wished", "classifier-changed", "classifier-wished", ...refused]);
  }, 240_000);

  it("ends its process at once and without a trace when refocusd stops", async () => {
    const { adaptByProcess } = (await import(
      ADAPT_PROCESS
    )) as typeof import("../../src/app/adapt/schedule/adapt-process.js");
    const folder = temporaryFolder();
    openLedger(join(folder, "ledger.sqlite"), { clock: systemClock }).close();
    const request: AdaptOnceRequest = {
      ...{ ledger: join(folder, "ledger.sqlite"), models: [bundledModels(), folder], work: join(folder, ".adapting") },
      ...{ configured: "sdcnn", rivals: [], days: 14, frames: 20, na: null, pixelMicrometres: null, basis: null },
    };
    const stopping = new AbortController();
    const outcome = adaptByProcess(request, stopping.signal);
    await until(
      () => processesWith(folder).length > 0,
      () => "no process",
    );
    stopping.abort();
    expect(await outcome).toEqual({ kind: "interrupted" });
    expect(existsSync(request.work)).toBe(false);
    expect(processesWith(folder)).toEqual([]);
    expect(await adaptByProcess(request, stopping.signal)).toEqual({ kind: "interrupted" });
    const ended = await adaptByProcess({ ...request, configured: "nothing" }, new AbortController().signal);
    expect(ended).toMatchObject({ kind: "failed", code: "RF_MODEL_MISSING" });
  }, 60_000);
});

/** Processes that have a text on their command line. Linux only, as is /proc. */
function processesWith(text: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${text}/ledger.sqlite`);
    } catch {
      return false;
    }
  });
}
