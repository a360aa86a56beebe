import { describe, expect, it } from "vitest";
import { RefocusdError } from "../../../src/errors/refocusd-error.js";
import { decodeFrame } from "../../../src/frames/decode.js";
import { attribute, elements } from "../../../src/frames/xml-scan.js";
import type { Writing } from "../../../src/ledger/types.js";
import type { Provenance } from "../../../src/pipeline/worker/describe.js";
import { writeReconstruction } from "../../../src/pipeline/worker/write-reconstruction.js";
import { patternFrame } from "../../support/tiff-fixtures.js";

const sha = (digit: string) => digit.repeat(64);
const provenance: Provenance = {
  ...{ version: "0", source: "/in/a <1>.tif", page: 0, sourceSha256: sha("a"), pDefocused: 0.9 },
  model: { name: "resunet-lite", version: "1", sha256: sha("b") },
  classifier: { name: "sdcnn", version: "1", sha256: sha("c") },
  ...{ heldBy: null, trust: 0.5, lowTrustBelow: 0.6 },
};
const frame = patternFrame(20, 10, 1, 16);
const facts = { width: 20, height: 10, channels: 1, bitDepth: 16, pixelSizeUm: 0.65, significantBits: 12 } as const;

async function write(writing: Partial<Writing>, failing?: RegExp, changes: Partial<Provenance> = {}) {
  const files = new Map<string, Buffer>();
  const notes: string[] = [];
  const result = await writeReconstruction(
    { path: "/out/a.reconstructed.tif", frame, facts, extraTags: [], provenance: { ...provenance, ...changes } },
    { compression: "deflate", description: "imagej", sidecar: false, ...writing },
    {
      publish: (path, bytes) => {
        if (failing?.test(path)) return Promise.reject(new RefocusdError("RF_DISK_FULL", `${path}: ENOSPC`));
        files.set(path, bytes);
        return Promise.resolve({ sha256: sha("d"), size: bytes.length });
      },
      note: (text) => notes.push(text),
    },
  );
  return { files, notes, result, tiff: files.get("/out/a.reconstructed.tif")! };
}

describe("a reconstruction", () => {
  it.each(["deflate", "none"] as const)(
    "with compression %s says in both descriptions what it is",
    async (compression) => {
      for (const description of ["imagej", "ome"] as const) {
        const { tiff } = await write({ compression, description });
        const read = await decodeFrame(tiff, "tiff", 0, { maxPixels: 1e4 });
        expect(read.frame).toEqual(frame);
        expect(read.facts.significantBits).toBe(12);
        expect(read.facts.pixelSizeUm).toBeCloseTo(0.65, 8);
        const text = read.facts.description ?? "";
        expect(text).toContain("RECONSTRUCTED");
        expect(text).toContain(sha("a"));
        expect(text).toContain(sha("b"));
        expect(text).toContain("low-trust");
      }
    },
  );

  it("has the same notes in OME-XML's map as in ImageJ's lines", async () => {
    const { tiff } = await write({ description: "ome" });
    const { facts: read } = await decodeFrame(tiff, "tiff", 0, { maxPixels: 1e4 });
    const map = elements(read.description ?? "", "M").map(({ tag, body }) => [attribute(tag, "K"), body]);
    expect(map.slice(0, 2).map(([key]) => key)).toEqual(["RECONSTRUCTED", "note"]);
    expect(map).toContainEqual(["source", "a &lt;1&gt;.tif"]);
    expect(map).toContainEqual(["trustVerdict", "low-trust"]);
  });

  it("says by which optics it was held to its source, or that it was not", async () => {
    const heldBy = { dof: 2.5000001, annulusRadius: 0.58, sphericalWaves: -0.2, sampling: 0.33 };
    const told = async (changes: Partial<Provenance>) => {
      const { tiff } = await write({}, undefined, changes);
      const { facts: read } = await decodeFrame(tiff, "tiff", 0, { maxPixels: 1e4 });
      return /^heldToSource=(.*)$/m.exec(read.description ?? "")?.[1];
    };
    expect(await told({ heldBy })).toMatch(/^2\.5 DOF, annulus 0\.58 NA, spherical -0\.2 waves, 0\.33 /);
    expect(await told({})).toBe("no");
  });

  it("has a JSON file beside it where one is wanted", async () => {
    expect([...(await write({})).files.keys()]).toEqual(["/out/a.reconstructed.tif"]);
    const { files } = await write({ sidecar: true });
    const json: unknown = JSON.parse(files.get("/out/a.reconstructed.json")!.toString());
    expect(json).toMatchObject({ RECONSTRUCTED: "true", sourceSha256: sha("a"), sha256: sha("d"), pixelSizeUm: 0.65 });
  });

  it("is done without its JSON file when that cannot be written, and it is told", async () => {
    const { files, notes, result } = await write({ sidecar: true }, /json$/);
    expect([...files.keys()]).toEqual(["/out/a.reconstructed.tif"]);
    expect(result.sha256).toBe(sha("d"));
    expect(notes).toEqual([expect.stringContaining("RF_DISK_FULL")]);
  });

  it("that cannot be written fails, with no JSON file", async () => {
    await expect(write({ sidecar: true }, /tif$/)).rejects.toMatchObject({ code: "RF_DISK_FULL" });
  });
});
