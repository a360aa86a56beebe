import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Status } from "../../src/app/status/status.js";
import { readLiveStatus } from "../../src/app/status/status-file.js";
import { decodeFrame } from "../../src/frames/decode.js";
import { simulate } from "../../src/simulate/microscope.js";
import { systemClock } from "../../src/system/clock.js";
import { ifdFirstTiff, ifdLastTiff, patternFrame, preAllocated, truncated } from "../support/tiff-fixtures.js";
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

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const truth = canRun
  ? (JSON.parse(readFileSync(join(SAMPLES, "truth.json"), "utf8")) as { frames: { file: string; verdict: string }[] })
  : { frames: [] };
const defocusedName = truth.frames.find(({ verdict }) => verdict === "defocused")?.file ?? "";
const focusedName = truth.frames.find(({ verdict }) => verdict === "focused")?.file ?? "";
const sample = (name: string) => ({ name, bytes: readFileSync(join(SAMPLES, name)) });

let running: RunningDaemon | undefined;
afterEach(() => {
  running?.process.kill("SIGKILL");
  running = undefined;
});

async function start(place: Place): Promise<RunningDaemon> {
  running = await startDaemon(place);
  return running;
}

const finished = (place: Place, name: string) => () => {
  const state = storyOf(place, name).at(-1)?.state;
  return state === "done" || state === "quarantined";
};

describe.skipIf(!canRun)("the built daemon", { timeout: 240_000 }, () => {
  it("judges frames as the microscope writes them, reconstructs the defocused one, and leaves its sources alone", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const frames = [sample(focusedName), sample(defocusedName)];
    await simulate({ frames, target: place.input, intervalMs: 600, writeMs: 400, mode: "nis" });
    for (const { name } of frames) await until(finished(place, name), daemon.log);

    const [focused] = storyOf(place, focusedName);
    expect(focused).toMatchObject({ state: "done", verdict: "focused", reconstruction: null });
    const [defocused] = storyOf(place, defocusedName);
    expect(defocused).toMatchObject({ state: "done", verdict: "defocused" });
    for (const { name, bytes } of frames) expect(sha256(readFileSync(join(place.input, name)))).toBe(sha256(bytes));

    // The reconstruction: the source's size, depth and channels; it says what it is; the ledger has its hash.
    const made = readFileSync(defocused!.reconstruction!.path);
    expect(sha256(made)).toBe(defocused!.reconstruction!.sha256);
    const limits = { maxPixels: 1e8 };
    const source = await decodeFrame(sample(defocusedName).bytes, "tiff", 0, limits);
    const restored = await decodeFrame(made, "tiff", 0, limits);
    expect({ ...restored.frame, data: null }).toEqual({ ...source.frame, data: null });
    expect(restored.facts.pixelSizeUm).toBeCloseTo(source.facts.pixelSizeUm!, 4);
    expect(made.includes("RECONSTRUCTED by refocusd")).toBe(true);
    expect(made.includes(defocused!.sha256!)).toBe(true);
    expect(restored.frame.data).not.toEqual(source.frame.data);

    daemon.process.kill("SIGTERM");
    expect(await daemon.end).toBe(0);
    expect(daemon.log()).toMatch(/stopped/);
  });

  it("gives every kind of bad input a coded end, and goes on", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const small = patternFrame(300, 300);
    const bad: Record<string, Buffer> = {
      "zero.tif": Buffer.alloc(0),
      "truncated.tif": truncated(ifdFirstTiff(small), 60_000),
      "half.tif": truncated(ifdLastTiff(small), 60_000),
      "allocated.tif": preAllocated(ifdFirstTiff(small), 90_000),
      "bitmap.tif": Buffer.concat([Buffer.from("BM"), Buffer.alloc(500, 1)]),
      "text.png": Buffer.from("this is no picture"),
      "pixel.tif": ifdLastTiff(patternFrame(1, 1)),
      "name with\nnewline ü.tif": ifdLastTiff(patternFrame(10, 10)),
    };
    for (const [name, bytes] of Object.entries(bad)) writeFileSync(join(place.input, name), bytes);
    mkdirSync(join(place.input, "folder.tif"));
    const expected: Record<string, string> = {
      "zero.tif": "RF_ZERO_BYTES",
      "truncated.tif": "RF_INCOMPLETE",
      "half.tif": "RF_INCOMPLETE",
      "allocated.tif": "RF_INCOMPLETE",
      "bitmap.tif": "RF_UNSUPPORTED_TYPE",
      "text.png": "RF_UNSUPPORTED_TYPE",
      "pixel.tif": "RF_FRAME_TOO_SMALL",
      "name with\nnewline ü.tif": "RF_FRAME_TOO_SMALL",
      "folder.tif": "RF_NOT_A_FILE",
    };
    for (const [name, errorCode] of Object.entries(expected)) {
      await until(finished(place, name), () => `${name}\n${daemon.log()}`);
      expect(storyOf(place, name).at(-1), name).toMatchObject({ state: "quarantined", errorCode });
    }
    writeFileSync(join(place.input, focusedName), sample(focusedName).bytes);
    await until(finished(place, focusedName), daemon.log);
    expect(storyOf(place, focusedName)[0]!.state).toBe("done");
    // A file that is exported again is judged anew.
    writeFileSync(join(place.input, "zero.tif"), sample(focusedName).bytes);
    await until(() => storyOf(place, "zero.tif").at(-1)?.state === "done", daemon.log);
  });

  it("goes on from the ledger alone after SIGKILL, and does nothing twice", async () => {
    const place = makePlace();
    const first = await start(place);
    for (const { file } of truth.frames.slice(0, 4)) writeFileSync(join(place.input, file), sample(file).bytes);
    await until(() => storyOf(place, truth.frames[0]!.file)[0]?.state !== undefined, first.log);
    first.process.kill("SIGKILL");
    await first.end;

    const second = await start(place);
    for (const { file } of truth.frames.slice(0, 4)) await until(finished(place, file), second.log);
    second.process.kill("SIGTERM");
    expect(await second.end).toBe(0);
    const ends = truth.frames.slice(0, 4).map(({ file }) => storyOf(place, file));
    for (const stories of ends) {
      expect(stories.length).toBe(1);
      expect(stories[0]!.events.filter(({ kind }) => kind === "finished").length).toBe(1);
    }
    const outputs = readdirSync(place.folder).includes("refocused") ? readdirSync(place.output) : [];
    const made = ends.flatMap(([story]) => (story!.reconstruction ? [story!.reconstruction.path] : []));
    expect(outputs.map((name) => join(place.output, name)).sort()).toEqual(made.sort());

    const third = await start(place);
    const before = statSync(join(place.state, "ledger.sqlite")).ino;
    await until(() => third.log().includes("watching"), third.log);
    third.process.kill("SIGTERM");
    expect(await third.end).toBe(0);
    expect(statSync(join(place.state, "ledger.sqlite")).ino).toBe(before);
    for (const [k, { file }] of truth.frames.slice(0, 4).entries()) {
      expect(storyOf(place, file)[0]!.finishedMs).toBe(ends[k]![0]!.finishedMs);
    }
    // The heads of the chain that both daemons told their log are in it.
    const chain = await refocusd("verify", "--chain", "-c", place.config);
    expect(chain).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^5 links.*\n.*chain: [1-9].*\neverything fits$/m),
    });
  });

  it("outlives a worker that is killed", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const status = JSON.parse(readFileSync(join(place.state, "status.json"), "utf8")) as { workers: { pid: number }[] };
    process.kill(status.workers[0]!.pid, "SIGKILL");
    writeFileSync(join(place.input, focusedName), sample(focusedName).bytes);
    await until(finished(place, focusedName), daemon.log);
    expect(storyOf(place, focusedName)[0]).toMatchObject({ state: "done", verdict: "focused" });
    expect(daemon.log()).toMatch(/a worker ended, starting another/);
  });

  it("reads its configuration again on SIGHUP, and keeps the old one when the new one is bad", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const good = readFileSync(place.config, "utf8");
    writeFileSync(place.config, `${good}verdict: { focusedBelow: 2 }\n`);
    daemon.process.kill("SIGHUP");
    await until(() => daemon.log().includes("was not reloaded"), daemon.log);
    writeFileSync(
      place.config,
      `${good}reconstruct: never\nworkers: 3\nverdict: { focusedBelow: 0, defocusedAbove: 0 }\n`,
    );
    daemon.process.kill("SIGHUP");
    await until(() => daemon.log().includes("configuration reloaded"), daemon.log);
    expect(daemon.log()).toMatch(/afterRestart=.?workers/);
    writeFileSync(join(place.input, focusedName), sample(focusedName).bytes);
    await until(finished(place, focusedName), daemon.log);
    // Everything above 0 is defocused now, and nothing is reconstructed.
    expect(storyOf(place, focusedName)[0]).toMatchObject({ verdict: "defocused", reconstruction: null });
  });

  it("reads its configuration again when the file changes, and tells in its status where a new one is bad", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const good = readFileSync(place.config, "utf8");
    writeFileSync(`${place.config}.new`, `${good}verdict:\n  focusedBelow: 2\n`);
    renameSync(`${place.config}.new`, place.config);
    const problem = () => readLiveStatus(place.state)?.configuration?.problem;
    await until(() => (problem() ?? null) !== null, daemon.log);
    const line = good.split("\n").length + 1;
    const told = await refocusd("status", "-c", place.config);
    expect(told.out).toContain(`${place.config}:${line}:17: verdict.focusedBelow`);
    const json = JSON.parse((await refocusd("status", "-c", place.config, "--json")).out) as Status;
    expect(json.live?.configuration?.problem).toMatchObject({ places: [{ line, column: 17 }] });
    writeFileSync(place.config, `${good}reconstruct: never\n`);
    await until(() => problem() === null, daemon.log);
    expect(daemon.log()).toContain("configuration reloaded");
    expect((await refocusd("status", "-c", place.config)).out).not.toContain("NOT IN FORCE");
  });

  it("stops reconstructing while space is short, judges on, and makes up for it by itself", async () => {
    const place = makePlace("disk: { minFreeGigabytes: 1000000 }\n");
    const daemon = await start(place);
    await until(() => (readLiveStatus(place.state)?.outputs?.[0]?.lowSinceMs ?? null) !== null, daemon.log);
    expect(daemon.log()).toContain("reconstructing stops");
    for (const name of [defocusedName, focusedName]) writeFileSync(join(place.input, name), sample(name).bytes);
    await until(finished(place, focusedName), daemon.log);
    await until(() => storyOf(place, defocusedName)[0]?.errorCode === "RF_DISK_LOW", daemon.log);
    expect(storyOf(place, defocusedName)[0]).toMatchObject({ state: "ready", failedAttempts: 0 });
    const told = (await refocusd("status", "-c", place.config)).out;
    expect(told).toMatch(/RECONSTRUCTING STOPPED since .*RF_DISK_LOW/);
    expect(told).toMatch(/waiting +1 \(1 judged, to be reconstructed later\)/);
    expect(told).toMatch(/backlog +0 frames; [\d.]+ frames per minute/);
    const config = readFileSync(place.config, "utf8");
    writeFileSync(place.config, config.replace("1000000", "0"));
    await until(finished(place, defocusedName), daemon.log);
    const [story] = storyOf(place, defocusedName);
    expect(story).toMatchObject({ state: "done", verdict: "defocused", errorCode: null });
    expect(statSync(story!.reconstruction!.path).size).toBe(story!.reconstruction!.size);
    expect(story!.events.filter(({ kind }) => kind === "held").length).toBe(1);
  });

  it("takes a frame when its done marker comes, and leaves the marker alone", async () => {
    const place = makePlace();
    const config = readFileSync(place.config, "utf8");
    const marked = config.replace("output: refocused", "output: refocused\n    doneMarker: file");
    writeFileSync(place.config, marked.replace("staleSeconds: 2", "staleSeconds: 120"));
    const daemon = await start(place);
    writeFileSync(join(place.input, focusedName), sample(focusedName).bytes);
    await until(() => storyOf(place, focusedName).length > 0, daemon.log);
    await systemClock.sleep(3_000);
    expect(storyOf(place, focusedName)[0]!.state).toBe("seen");
    const marker = join(place.input, `${focusedName}.done`);
    writeFileSync(marker, "");
    await until(finished(place, focusedName), daemon.log);
    expect(storyOf(place, focusedName)[0]).toMatchObject({ state: "done", verdict: "focused" });
    expect(statSync(marker).size).toBe(0);
  });

  it("judges frames that waited while the watched folder was away, when it is back", async () => {
    const place = makePlace();
    const daemon = await start(place);
    const names = truth.frames.slice(0, 8).map(({ file }) => file);
    for (const name of names) writeFileSync(join(place.input, name), sample(name).bytes);
    await until(() => names.some((name) => storyOf(place, name)[0]?.state === "done"), daemon.log);
    renameSync(place.input, `${place.input} away`);
    await until(() => daemon.log().includes("the watched folder is not there"), daemon.log);
    renameSync(`${place.input} away`, place.input);
    for (const name of names) {
      await until(() => storyOf(place, name).some(({ state, isCurrent }) => isCurrent && state === "done"), daemon.log);
    }
  });

  it("refuses a second daemon on the same state folder", async () => {
    const place = makePlace();
    await start(place);
    await expect(startDaemon(place)).rejects.toThrow(/RF_ALREADY_RUNNING/);
  });
});
