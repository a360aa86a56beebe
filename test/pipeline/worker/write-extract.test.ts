import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../../src/frames/decode.js";
import type { Frame } from "../../../src/frames/frame.js";
import { wantsExtract, writeExtract } from "../../../src/pipeline/worker/write-extract.js";

const writing = { compression: "deflate", description: "imagej", sidecar: false } as const;
const extract = { reconstructionOf: ["defocused"] } as const;
const page = { pages: 12, type: "nd2", writing: { ...writing, extract } } as const;

describe("a page is written as a file of its own", () => {
  it.each<[string, Parameters<typeof wantsExtract>, boolean]>([
    ["where it is shown as it is", [page, "focused", false], true],
    ["where it is reconstructed, and shown as it is all the same", [page, "uncertain", true], true],
    ["where it should have been reconstructed and was not", [page, "defocused", false], true],
    ["of a multi-page TIFF", [{ ...page, type: "tiff" }, "focused", false], true],
    ["of an ND2 with one page", [{ ...page, pages: 1 }, "focused", false], true],
    ["not where its reconstruction stands for it", [page, "defocused", true], false],
    ["not of a file that is one frame", [{ ...page, type: "tiff", pages: 1 }, "focused", false], false],
    ["not without being asked", [{ ...page, writing }, "focused", false], false],
  ])("%s", (_, given, is) => expect(wantsExtract(...given)).toBe(is));

  it.each<[string, Frame]>([
    [
      "12 bits in 16",
      { width: 33, height: 21, channels: 1, bitDepth: 16, data: Uint16Array.from({ length: 693 }, (_, i) => i * 5) },
    ],
    ["RGB", { width: 7, height: 3, channels: 3, bitDepth: 8, data: Uint8Array.from({ length: 63 }, (_, i) => i * 4) }],
    [
      "floats, one of them no number",
      ...([
        {
          ...{ width: 5, height: 4, channels: 1, bitDepth: 32, sampleFormat: "float" },
          data: Float32Array.from({ length: 20 }, (_, i) => (i === 3 ? Number.NaN : i / 7)),
        },
      ] as [Frame]),
    ],
  ])("with the same values: %s", async (_, frame) => {
    for (const description of ["imagej", "ome"] as const) {
      const written: { path: string; bytes: Buffer }[] = [];
      const facts = { width: frame.width, height: frame.height, channels: frame.channels, bitDepth: frame.bitDepth };
      const provenance = {
        ...{ version: "9", source: "/in/run.nd2", page: 4, sourceSha256: "ab".repeat(32), pDefocused: 0.1 },
        classifier: { name: "n", version: "1", sha256: "" },
      };
      const job = { output: "/out/run.nd2.t002.p004.reconstructed.tif", writing: { ...writing, description } };
      const result = await writeExtract(
        { job, frame, facts, extraTags: [], provenance },
        {
          publish: async (path, bytes) => {
            written.push({ path, bytes });
            return { sha256: "1".repeat(64), size: bytes.length };
          },
        },
      );
      expect(result).toMatchObject({ kind: "extract", path: "/out/run.nd2.t002.p004.extract.tif" });
      const { bytes } = written[0]!;
      const { frame: read, facts: told } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e6 });
      expect(read).toEqual(frame);
      expect(told.description).toContain("EXTRACT by refocusd");
      expect(told.description).toContain("ab".repeat(32));
      expect(told.description).not.toContain("RECONSTRUCTED");
    }
  });
});
