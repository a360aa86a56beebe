import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { decodeFrame } from "../src/frames/decode.js";
import { parseNisName, seriesKey } from "../src/frames/nis-names.js";
import { encodeNisTiff, nisName } from "../src/train/phantom/nis-file.js";
import { renderTimeLapse, TIME_LAPSE_OPTICS } from "../src/train/phantom/time-lapse.js";

const folder = resolve(import.meta.dirname, "../samples");
const frames = readdirSync(folder).filter((name) => name.endsWith(".tif"));

interface Truth {
  readonly seed: number;
  readonly size: number;
  readonly positions: number;
  readonly times: number;
  readonly frames: readonly {
    readonly file: string;
    readonly position: number;
    readonly time: number;
    readonly dof: number;
    readonly verdict: string;
    readonly sha256: string;
  }[];
}
const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as Truth;

test("there are 24 files of at most 20 MB together, in two series of twelve time points", () => {
  expect(frames).toHaveLength(24);
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeLessThan(20e6);
  const names = frames.map((name) => parseNisName(name)!);
  expect(new Set(names.map(seriesKey))).toEqual(new Set(["demo||1|1|", "demo||2|1|"]));
  expect(new Set(names.map(({ time }) => time))).toEqual(new Set(Array.from({ length: 12 }, (_, k) => k + 1)));
});

test("each is 16-bit mono with the tags of a NIS-Elements export, and the bytes that truth.json names", async () => {
  for (const { file, position, time, dof, sha256 } of truth.frames) {
    const bytes = readFileSync(join(folder, file));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    const { frame, facts } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e6 });
    expect(frame).toMatchObject({ width: 576, height: 576, channels: 1, bitDepth: 16 });
    expect(facts).toMatchObject({ significantBits: 12, pixelSizeUm: 0.65 });
    expect(facts.acquiredMs).toBe((time - 1) * 600_000 + (position - 1) * 1500);
    expect(facts.description).toContain("SIMULATED=true");
    const unit = TIME_LAPSE_OPTICS.wavelengthUm / TIME_LAPSE_OPTICS.na ** 2;
    expect(facts.stageUm?.z).toBeCloseTo(2950 + dof * unit, 1);
  }
});

test("5 are out of focus by 1.2 to 4 DOF units, of both signs and at both positions; the others by 0.2 at most", () => {
  expect(truth.frames.map(({ file }) => file).toSorted()).toEqual(frames.toSorted());
  const off = truth.frames.filter(({ verdict }) => verdict === "defocused");
  expect(off).toHaveLength(5);
  expect(new Set(off.map(({ dof }) => Math.abs(dof))).size).toBe(5);
  for (const { dof } of off) expect(Math.abs(Math.abs(dof) - 2.6)).toBeLessThanOrEqual(1.4);
  expect(new Set(off.map(({ dof }) => Math.sign(dof))).size).toBe(2);
  expect(new Set(off.map(({ position }) => position)).size).toBe(2);
  for (const { verdict, dof } of truth.frames)
    if (verdict === "focused") expect(Math.abs(dof)).toBeLessThanOrEqual(0.2);
});

test("the README's table is the truth", () => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const rows = readme.split("\n").filter((line) => /^\| t\d\d /.test(line));
  expect(rows).toHaveLength(truth.times);
  for (const { position, time, dof, verdict } of truth.frames) {
    const cell = rows[time - 1]!.split("|")[position + 1]!;
    expect(Number(/[+−][\d.]+/.exec(cell)![0].replace("−", "-"))).toBe(dof);
    expect(cell.includes("defocused")).toBe(verdict === "defocused");
  }
});

test("the code still renders these pixels", { timeout: 60_000 }, async () => {
  const { seed, positions, times, size } = truth;
  const first = truth.frames[0]!;
  const [rendered] = renderTimeLapse({ seed, positions, times, size, defocus: () => first.dof });
  expect(nisName("demo", rendered!, truth)).toBe(first.file);
  const bytes = readFileSync(join(folder, first.file));
  const { frame } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e6 });
  // Another version of Node may round a sine differently in its last bit, and with it a count here and there.
  const apart = frame.data.filter((count, i) => count !== rendered!.frame.data[i]);
  expect(apart.length).toBeLessThan(0.001 * size * size);
  expect(encodeNisTiff(rendered!)).toHaveLength(bytes.length);
});
