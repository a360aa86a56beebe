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

describe("restoreFrame with a network that takes one size only", () => {
  const SIDE = 132;
  /** It notes the shapes that it is given. */
  const fixed = (f: (data: Float32Array) => Float32Array, shapes: (readonly number[])[] = []): LoadedNetwork => ({
    side: SIDE,
    run: (batch) => {
      shapes.push(batch.shape);
      return Promise.resolve({ data: f(batch.data), shape: [...batch.shape] });
    },
    dispose: () => Promise.resolve(),
  });
  const ramp = (width: number, height: number): Frame => ({
    width,
    height,
    channels: 1,
    bitDepth: 16,
    data: Uint16Array.from({ length: width * height }, (_, i) => 1000 + 7 * (i % width) + 3 * Math.floor(i / width)),
  });

  it.each([
    [300, 250],
    [140, 90],
    [40, 30],
  ])("gives back every pixel of %i × %i that it leaves as it is, in windows of that size", async (width, height) => {
    const shapes: (readonly number[])[] = [];
    const frame = ramp(width, height);
    expect(
      await restoreFrame(
        frame,
        fixed((data) => data, shapes),
      ),
    ).toEqual(frame);
    expect(new Set(shapes.map(String))).toEqual(new Set([`1,${SIDE},${SIDE},1`]));
  });

  it("leaves no seam where windows that lie beside each other do not agree", async () => {
    const frame: Frame = { ...ramp(400, 140), data: new Uint16Array(400 * 140).map((_, i) => 2000 + (i % 2)) };
    // Each window comes out brighter than the one before by 40 s.d., 20 counts.
    let calls = 0;
    const drifting = fixed((data) => {
      const shift = 40 * calls++;
      return data.map((value) => value + shift);
    });
    const { data } = await restoreFrame(frame, drifting);
    const middle = [...data.subarray(400 * 20, 400 * 21)];
    const steps = middle.slice(2).map((value, i) => Math.abs(value - middle[i]!));
    expect(Math.max(...middle) - Math.min(...middle)).toBeGreaterThan(50);
    // 20 counts fade over two thirds of 33 px.
    expect(Math.max(...steps)).toBeLessThanOrEqual(3);
  });

  it("pays no attention to the outermost pixels of a window, except at the frame's edge", async () => {
    const frame = ramp(300, 132);
    const spoilt = fixed((data) => data.map((value, i) => (i % SIDE === 0 || i % SIDE === SIDE - 1 ? 1e6 : value)));
    const { data } = await restoreFrame(frame, spoilt, 9999);
    const row = [...data.subarray(300 * 50, 300 * 51)];
    expect(row[0]).toBe(9999);
    expect(row[299]).toBe(9999);
    expect(row.slice(1, 299)).toEqual([...frame.data.subarray(300 * 50 + 1, 300 * 51 - 1)]);
  });
});
