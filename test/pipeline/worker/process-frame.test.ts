import { describe, expect, it } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import { decodeFrame } from "../../../src/frames/decode.js";
import type { SourceFacts } from "../../../src/frames/facts.js";
import type { Frame } from "../../../src/frames/frame.js";
import { encodeTiff } from "../../../src/frames/tiff-writer.js";
import type { ModelSpectrum } from "../../../src/models/card.js";
import type { WorkerJob } from "../../../src/pipeline/messages.js";
import { type FrameTools, processFrame } from "../../../src/pipeline/worker/process-frame.js";
import type { TrustCalibration } from "../../../src/restore/trust/estimate-trust.js";
import { systemClock } from "../../../src/system/clock.js";

/** Blocks of 16 pixels, or nothing but a level. */
function frame(shows: "blocks" | "nothing", side = 200): Frame {
  const data = new Uint16Array(side * side);
  for (let i = 0; i < data.length; i++) {
    const block = (Math.floor(i / side) >> 4) + ((i % side) >> 4);
    data[i] = 1000 + (shows === "blocks" && block % 2 ? 400 : 0);
  }
  return { width: side, height: side, channels: 1, bitDepth: 16, data };
}

const same: LoadedNetwork = {
  run: ({ data, shape }) => Promise.resolve({ data, shape }),
  dispose: () => Promise.resolve(),
};
const says = (pDefocused: number): LoadedNetwork => ({
  run: ({ shape: [n] }) => {
    const data = Float32Array.from(Array.from({ length: n }, () => [1 - pDefocused, pDefocused]).flat());
    return Promise.resolve({ data, shape: [n, 2] });
  },
  dispose: () => Promise.resolve(),
});

function setUp(pDefocused: number, shows: "blocks" | "nothing" = "blocks") {
  const published: string[] = [];
  const model = (network: LoadedNetwork) => ({ name: "n", version: "1", sha256: "0".repeat(64), network });
  const tools: FrameTools = {
    clock: systemClock,
    threads: 2,
    version: "0",
    engine: { name: "none", version: "0", device: "cpu" },
    classifier: model(says(pDefocused)),
    reconstructor: model(same),
    readSource: () => Promise.resolve(encodeTiff(frame(shows), { description: "", software: "" })),
    readNd2Page: () => Promise.reject(new Error("no ND2 here")),
    note: () => {},
    publish: (path, bytes) => {
      published.push(path);
      return Promise.resolve({ sha256: "1".repeat(64), size: bytes.length });
    },
  };
  return { tools, published };
}

const job: WorkerJob = {
  ...{ id: 1, path: "/in/a.tif", page: 0, pages: 1, type: "tiff", sha256: "2".repeat(64), output: "/out/a.tif" },
  ...{
    reconstruct: "defocused",
    thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
    maxPixels: 1e6,
    holdToSource: true,
    lowTrustBelow: 0.6,
    writing: { compression: "deflate", description: "imagej", sidecar: false },
  },
  stat: { size: 1, mtimeMs: 1, ctimeMs: 1 },
};
const hold = { code: "RF_DISK_LOW", why: "1.3 GB free for /out, below 2 GB" } as const;

describe("while reconstructing is on hold", () => {
  it("a frame that needs it comes back with its verdict, and nothing is written", async () => {
    const { tools, published } = setUp(0.9);
    await expect(processFrame({ ...job, hold }, tools)).rejects.toMatchObject({
      code: "RF_DISK_LOW",
      detail: `judged defocused (P(defocused) 0.900); ${hold.why}`,
    });
    expect(published).toEqual([]);
    expect(await processFrame(job, tools)).toMatchObject({ verdict: "defocused" });
    expect(published).toEqual(["/out/a.tif"]);
  });

  it("a page that only waits for its extract says so", async () => {
    const extract = { reconstructionOf: ["defocused" as const] };
    const page: WorkerJob = { ...job, pages: 2, writing: { ...job.writing, extract } };
    const { tools, published } = setUp(0.1);
    const detail = `judged focused (P(defocused) 0.100), to be extracted; ${hold.why}`;
    await expect(processFrame({ ...page, hold }, tools)).rejects.toMatchObject({ code: "RF_DISK_LOW", detail });
    expect(published).toEqual([]);
    const full = () => Promise.reject(new RefocusdError("RF_DISK_FULL", "ENOSPC"));
    await expect(processFrame(page, { ...tools, publish: full })).rejects.toMatchObject({
      ...{ code: "RF_DISK_FULL", detail: "judged focused (P(defocused) 0.100), to be extracted; ENOSPC" },
    });
    await expect(processFrame({ ...page, hold }, setUp(0.9).tools)).rejects.toMatchObject({
      detail: `judged defocused (P(defocused) 0.900); ${hold.why}`,
    });
  });

  it.each([
    ["focused", 0.1, "blocks", "defocused", "focused"],
    ["uncertain", 0.5, "blocks", "defocused", "uncertain"],
    ["not to be reconstructed at all", 0.9, "blocks", "never", "defocused"],
    ["blank", 0.9, "nothing", "always", "blank"],
  ] as const)("a frame that is %s gets its verdict as ever", async (_what, p, shows, reconstruct, verdict) => {
    const { tools } = setUp(p, shows);
    const result = await processFrame({ ...job, reconstruct, hold }, tools);
    expect(result).toMatchObject({ verdict, reconstruction: null });
  });
});

describe("an output that cannot be written", () => {
  it("is told with the verdict", async () => {
    const { tools } = setUp(0.9);
    const full = () => Promise.reject(new RefocusdError("RF_DISK_FULL", "/out/a.tif: ENOSPC"));
    await expect(processFrame(job, { ...tools, publish: full })).rejects.toMatchObject({
      code: "RF_DISK_FULL",
      detail: "judged defocused (P(defocused) 0.900); /out/a.tif: ENOSPC",
    });
  });
});

describe("pixels that are no unsigned counts", () => {
  const counts = frame("blocks");
  const each = { width: 200, height: 200, channels: 1 } as const;
  const kinds: readonly (readonly [string, Frame])[] = [
    ["MinIsWhite", { ...counts, whiteIsZero: true, data: counts.data.map((v) => 65_535 - v) as Uint16Array }],
    ["signed", { ...each, bitDepth: 16, sampleFormat: "int", data: Int16Array.from(counts.data) }],
    ["32-bit", { ...each, bitDepth: 32, data: Uint32Array.from(counts.data) }],
    ["float", { ...each, bitDepth: 32, sampleFormat: "float", data: Float32Array.from(counts.data, (v) => v / 4096) }],
  ];

  it.each(kinds)("%s: judged like counts, reconstructed in the source's own type", async (_name, source) => {
    const written: Buffer[] = [];
    const { tools } = setUp(0.9);
    const result = await processFrame(job, {
      ...tools,
      readSource: () => Promise.resolve(encodeTiff(source, { description: "", software: "" })),
      publish: (_path, bytes) => {
        written.push(bytes);
        return Promise.resolve({ sha256: "1".repeat(64), size: bytes.length });
      },
    });
    const plain = await processFrame(job, tools);
    expect(result).toMatchObject({ verdict: "defocused", scores: { blankTiles: plain.scores.blankTiles } });
    expect(result.scores.normalisedVariance).toBeCloseTo(plain.scores.normalisedVariance!, 6);
    const { frame: made } = await decodeFrame(written[0]!, "tiff", 0, { maxPixels: 1e6 });
    const { data, ...kind } = source;
    expect(made).toMatchObject(kind);
    // The network hands back what it was given.
    expect(Math.max(...made.data.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-3);
  });
});

const zeros = Array.from({ length: 48 }, () => 0);
const spectrum: ModelSpectrum = {
  layers: [{ weights: [zeros], bias: [0] }],
  joint: { tiles: 1, mostTiles: 8, spectrum: 1, mostSpectrum: 6, shift: 0 },
  fitted: "nothing",
  distance: {
    // 1 without a sampling, 2 with one.
    layers: [
      {
        weights: [
          [...zeros, 0, 1],
          [...zeros, 0, 0],
          [...zeros, 0, 0],
        ],
        bias: [1, -40, -40],
      },
    ],
    widen: { withSampling: 1, withoutSampling: 1 },
    fitted: "nothing",
  },
};

describe("the distance from focus", () => {
  const page = (shows: "blocks" | "nothing", known: Partial<SourceFacts>, changes: Partial<WorkerJob> = {}) => {
    const { tools } = setUp(0.1);
    const one = frame(shows, 300);
    const facts = { width: 300, height: 300, channels: 1, bitDepth: 16, ...known } as SourceFacts;
    return processFrame(
      { ...job, type: "nd2", ...changes },
      {
        ...tools,
        classifier: { ...tools.classifier, spectrum },
        readNd2Page: () => Promise.resolve({ frame: one, facts }),
      },
    );
  };

  it("goes by pixel size and NA where the file tells both", async () => {
    expect((await page("blocks", {})).distance?.dof).toBe(1);
    expect((await page("blocks", { na: 0.3 })).distance?.dof).toBe(1);
    expect((await page("blocks", { na: 0.3, pixelSizeUm: 0.65 })).distance?.dof).toBe(2);
    // 2 px·NA/λ.
    expect((await page("blocks", { na: 0.3, pixelSizeUm: 3.7 })).distance).toBeNull();
  });

  it("is not told of a frame that shows nothing, nor where it was not before", async () => {
    expect((await page("nothing", {})).distance).toBeNull();
    const before = await page("blocks", {}, { withoutDistance: true });
    expect(before).toMatchObject({ distance: null, pSpectrum: 0.5 });
    expect(await page("blocks", {}, { withoutSpectrum: true })).toMatchObject({ distance: null, pSpectrum: null });
  });
});

describe("holding to the source", () => {
  const silent: LoadedNetwork = {
    ...same,
    run: ({ data, shape }) => Promise.resolve({ data: data.map(() => 0), shape }),
  };
  const line = { intercept: 0.4, disagreement: 0, unexplained: 0, strangeness: 0 };
  const familiar = {
    mean: Array<number>(6).fill(0),
    inverse: Array.from({ length: 6 }, () => Array<number>(6).fill(0)),
  };
  const calibration = { ...line, familiar };

  async function reconstruct(changes: Partial<WorkerJob> = {}, trust?: TrustCalibration) {
    const { tools } = setUp(0.9);
    const written: Buffer[] = [];
    const result = await processFrame(
      { ...job, ...changes },
      {
        ...tools,
        classifier: { ...tools.classifier, spectrum },
        reconstructor: { ...tools.reconstructor, network: silent, trust },
        readSource: () => Promise.resolve(encodeTiff(frame("blocks", 300), { description: "", software: "" })),
        publish: (_path, bytes) => {
          written.push(bytes);
          return Promise.resolve({ sha256: "1".repeat(64), size: bytes.length });
        },
      },
    );
    const { frame: made, facts } = await decodeFrame(written[0]!, "tiff", 0, { maxPixels: 1e6 });
    const note = /^heldToSource=(.*)$/m.exec(facts.description ?? "")?.[1];
    return { result, note, levels: new Set(made.data).size };
  }
  const held = ["heldDof", "heldAnnulus", "heldSpherical", "heldSampling", "heldUnexplained"];

  it("lets the frame speak where the network says nothing, and tells by which optics: in the result and in the file", async () => {
    const { result, note, levels } = await reconstruct();
    expect(levels).toBeGreaterThan(100);
    expect(Object.keys(result.scores)).toEqual(expect.arrayContaining(held));
    // The classifier said 1.
    expect(Math.abs(result.scores.heldDof! - 1)).toBeLessThan(0.26);
    expect(result.scores.heldUnexplained).toBeCloseTo(1, 3);
    expect(note).toContain(`${result.scores.heldDof!.toFixed(1)} DOF`);
    expect(result.settings).toMatchObject({ holdToSource: true });
  });

  it.each([
    ["it is switched off", { holdToSource: false }],
    ["no distance from focus is told", { withoutDistance: true }],
  ] as const)("is left out where %s", async (_name, changes) => {
    const { result, note, levels } = await reconstruct(changes);
    expect(levels).toBe(1);
    for (const name of held) expect(result.scores).not.toHaveProperty(name);
    expect(note).toBe("no");
    expect(result.settings).toMatchObject({ holdToSource: !("holdToSource" in changes) });
  });

  it("has trust figures of its own, and none where the card has none for it", async () => {
    const trust = async (holdToSource: boolean, by: TrustCalibration) =>
      (await reconstruct({ holdToSource }, by)).result.reconstruction?.trust;
    expect(await trust(false, calibration)).toBe(0.4);
    expect(await trust(true, calibration)).toBeNull();
    // Its line tells the logarithm of what is missing to 1.
    const held = { ...calibration, intercept: Math.log(0.3) };
    expect(await trust(true, { ...calibration, held })).toBeCloseTo(0.7, 9);
    expect(await trust(false, { ...calibration, held })).toBe(0.4);
  });
});
