import { expect, it } from "vitest";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import type { Frame } from "../../../src/frames/frame.js";
import type { Writing } from "../../../src/ledger/types.js";
import { type Mapped, wantsMaps, writeMaps } from "../../../src/pipeline/worker/write-maps.js";

const frame: Frame = { width: 134, height: 134, channels: 1, bitDepth: 8, data: new Uint8Array(134 * 134).fill(9) };
const model = { name: "n", version: "1", sha256: "0".repeat(64) };
const local = {
  disagreement: { side: 32, rows: 1, columns: 1, values: [0.2] },
  unexplained: { side: 128, pieces: [{ left: 0, top: 0, share: 0.1 }] },
};
const evidence = {
  ...{ disagreement: 0.2, unexplained: 0.1, defocusDof: 1, isHeld: false },
  ...{ octaves: [], strangeness: 2, trust: 0.7 },
};

function mapped(writing: Partial<Writing>, changes: Partial<Mapped> = {}): Mapped {
  return {
    job: {
      ...{ path: "/in/a.tif", output: "/out/b/a.r2.reconstructed.tif" },
      thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
      writing: { compression: "deflate", description: "imagej", sidecar: false, ...writing },
    },
    frame,
    judgement: {
      ...{
        verdict: "defocused",
        pDefocused: 0.9,
        focusMap: [[0.9]],
        channels: [],
        blankTiles: 0,
        spectrum: null,
        distance: null,
      },
      tiles: [{ left: 0, top: 0, side: 134, contrast: 1, signalToNoise: 9, isBlank: false }],
    },
    made: { restored: frame, trust: { ...evidence, local } },
    provenance: {
      ...{ version: "1", model, classifier: model, source: "/in/a.tif", page: 0, sourceSha256: "ab", pDefocused: 0.9 },
    },
    ...changes,
  };
}

async function write(what: Mapped, failing?: RegExp) {
  const files = new Map<string, Buffer>();
  const notes: string[] = [];
  const written = await writeMaps(what, {
    publish: async (path, bytes) => {
      if (failing?.test(path)) throw new RefocusdError("RF_DISK_FULL", path);
      files.set(path, bytes);
      return { sha256: "1".repeat(64), size: bytes.length };
    },
    note: (text) => void notes.push(text),
  });
  return { written: written.map(({ kind }) => kind), files, notes };
}

it("writes what is wanted, in a folder beside the reconstruction, each saying whose it is", async () => {
  const { files, written } = await write(mapped({ focusMap: "all", trustMap: true }));
  expect(written).toEqual(["focus-map", "trust-map"]);
  expect([...files.keys()]).toEqual(["/out/b/maps/a.r2.focus-map.png", "/out/b/maps/a.r2.trust-map.png"]);
  for (const png of files.values()) expect(png.includes("source=a.tif\nsourcePage=0\nsourceSha256=ab")).toBe(true);
});

it.each([
  [{}, []],
  [{ focusMap: "none", trustMap: false }, []],
  [{ focusMap: "reconstructed" }, ["focus-map"]],
  [{ trustMap: true }, ["trust-map"]],
] as const)("%j: of a reconstruction %j", async (writing, kinds) => {
  const one = mapped(writing);
  expect((await write(one)).written).toEqual(kinds);
  expect(wantsMaps(one.job.writing, one.made)).toBe(kinds.length > 0);
});

it.each([
  [{ focusMap: "all" }, ["focus-map"]],
  [{ focusMap: "reconstructed", trustMap: true }, []],
] as const)("%j: of a frame that is not reconstructed %j", async (writing, kinds) => {
  const one = mapped(writing, { made: null });
  expect((await write(one)).written).toEqual(kinds);
  expect(wantsMaps(one.job.writing, one.made)).toBe(kinds.length > 0);
});

it("a reconstruction without a trust figure has no trust map", async () => {
  const one = mapped({ trustMap: true }, { made: { restored: frame, trust: undefined } });
  expect((await write(one)).written).toEqual([]);
});

it("a map that cannot be written is told, and the other one is written", async () => {
  const { written, notes } = await write(mapped({ focusMap: "all", trustMap: true }), /focus-map/);
  expect(written).toEqual(["trust-map"]);
  expect(notes).toEqual([expect.stringMatching(/^RF_DISK_FULL: a focus map was not written/)]);
});

it("none is written while space is short", async () => {
  const one = mapped({ focusMap: "all", trustMap: true });
  const hold = { code: "RF_DISK_LOW", why: "1 GB" } as const;
  expect((await write({ ...one, job: { ...one.job, hold } })).files.size).toBe(0);
});
