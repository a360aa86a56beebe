import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LoadedNetwork } from "../../src/engines/engine.js";
import type { Frame } from "../../src/frames/frame.js";
import { restoreFrame } from "../../src/restore/restore-frame.js";

const network = (f: (value: number) => number): LoadedNetwork => ({
  run: (batch) => Promise.resolve({ data: batch.data.map(f), shape: [...batch.shape] }),
  dispose: () => Promise.resolve(),
});
const identity = network((value) => value);

const frames = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 90 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    bitDepth: fc.constantFrom(8 as const, 16 as const),
    seed: fc.integer(),
  })
  .map(({ width, height, channels, bitDepth, seed }): Frame => {
    const values = Array.from(
      { length: width * height * channels },
      (_, i) => Math.imul(i + seed, 2654435761) >>> (bitDepth === 8 ? 24 : 16),
    );
    return {
      width,
      height,
      channels,
      bitDepth,
      data: bitDepth === 8 ? Uint8Array.from(values) : Uint16Array.from(values),
    };
  });

describe("restoreFrame", () => {
  it("gives back every pixel that the network leaves as it is, in any size, depth and number of channels", async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (frame) => {
        expect(await restoreFrame(frame, identity)).toEqual(frame);
      }),
      { numRuns: 60 },
    );
  });

  it("stays within what the camera can count", async () => {
    const frame: Frame = {
      width: 40,
      height: 40,
      channels: 1,
      bitDepth: 16,
      data: Uint16Array.from({ length: 1600 }, (_, i) => 2000 + (i % 40)),
    };
    const high = await restoreFrame(
      frame,
      network((v) => v + 1e6),
      4095,
    );
    const low = await restoreFrame(
      frame,
      network((v) => v - 1e6),
      4095,
    );
    expect(Math.max(...high.data)).toBe(4095);
    expect(Math.max(...low.data)).toBe(0);
  });

  it("survives a frame without any contrast", async () => {
    const frame: Frame = { width: 33, height: 20, channels: 1, bitDepth: 8, data: new Uint8Array(660).fill(77) };
    expect(await restoreFrame(frame, identity)).toEqual(frame);
  });
});
