import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LoadedNetwork } from "../../src/engines/engine.js";
import type { Frame } from "../../src/frames/frame.js";
import type { Reconstructor } from "../../src/restore/reconstructor.js";
import { restoreFrame } from "../../src/restore/restore-frame.js";
import { defocusWeakObject } from "../../src/train/optics/weak-object.js";
import { correlation, OPTICS, SAMPLING, smoothNoise } from "./consistency/support.js";

const network = (f: (value: number, index: number) => number): LoadedNetwork => ({
  run: (batch) => Promise.resolve({ data: batch.data.map((value, index) => f(value, index)), shape: [...batch.shape] }),
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

const nothing = ({ channels }: Frame) => Array(channels).fill(undefined);

describe("restoreFrame", () => {
  it("gives back every pixel that the network leaves as it is, in any size, depth and number of channels", async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (frame) => {
        expect(await restoreFrame(frame, identity)).toEqual({
          ...{ frame, byNetwork: frame, heldBy: null },
          ...{ optics: nothing(frame), guides: nothing(frame), gains: nothing(frame) },
        });
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
      { largest: 4095 },
    );
    const low = await restoreFrame(
      frame,
      network((v) => v - 1e6),
      { largest: 4095 },
    );
    expect(Math.max(...high.frame.data)).toBe(4095);
    expect(Math.max(...low.frame.data)).toBe(0);
  });

  it("survives a frame without any contrast", async () => {
    const frame: Frame = { width: 33, height: 20, channels: 1, bitDepth: 8, data: new Uint8Array(660).fill(77) };
    expect((await restoreFrame(frame, identity)).frame).toEqual(frame);
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
    const restored = await restoreFrame(
      frame,
      fixed((data) => data, shapes),
    );
    expect(restored.frame).toEqual(frame);
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
    const { data } = (await restoreFrame(frame, drifting)).frame;
    const middle = [...data.subarray(400 * 20, 400 * 21)];
    const steps = middle.slice(2).map((value, i) => Math.abs(value - middle[i]!));
    expect(Math.max(...middle) - Math.min(...middle)).toBeGreaterThan(50);
    // 20 counts fade over two thirds of 33 px.
    expect(Math.max(...steps)).toBeLessThanOrEqual(3);
  });

  it("pays no attention to the outermost pixels of a window, except at the frame's edge", async () => {
    const frame = ramp(300, 132);
    const spoilt = fixed((data) => data.map((value, i) => (i % SIDE === 0 || i % SIDE === SIDE - 1 ? 1e6 : value)));
    const { data } = (await restoreFrame(frame, spoilt, { largest: 9999 })).frame;
    const row = [...data.subarray(300 * 50, 300 * 51)];
    expect(row[0]).toBe(9999);
    expect(row[299]).toBe(9999);
    expect(row.slice(1, 299)).toEqual([...frame.data.subarray(300 * 50 + 1, 300 * 51 - 1)]);
  });
});

describe("restoreFrame of a frame whose distance from focus is known", () => {
  const SIDE = 256;
  const known = { distance: { dof: 2.6, low: 2.3, high: 3 }, sampling: SAMPLING };
  const channels = [1, 2, 3].map((seed) => {
    const focused = smoothNoise(SIDE, seed);
    return { focused: focused.data, defocused: defocusWeakObject(focused, OPTICS, 2.5, 0.04).data };
  });
  const silent = network(() => 0);
  /** It says the contrary of what is there, and something where there is nothing. */
  const contrary = network((value, index) => 0.1 * Math.sin(index * index) - value);

  /** The planes in counts, side by side for each pixel. */
  function frameOf(planes: readonly Float32Array[], bitDepth: 8 | 16, mean: number, sd: number): Frame {
    const most = 2 ** bitDepth - 1;
    const values = Array.from({ length: SIDE * SIDE * planes.length }, (_, i) => {
      const value = planes[i % planes.length]![Math.floor(i / planes.length)]!;
      return Math.max(0, Math.min(most, Math.round(mean + sd * value)));
    });
    const kind = { width: SIDE, height: SIDE, channels: planes.length as 1 | 3 };
    return bitDepth === 8
      ? { ...kind, bitDepth, data: Uint8Array.from(values) }
      : { ...kind, bitDepth, data: Uint16Array.from(values) };
  }
  const channelOf = ({ data, channels: count }: Frame, c: number) =>
    Float32Array.from({ length: data.length / count }, (_, i) => data[i * count + c]!);
  const source = frameOf([channels[0]!.defocused], 16, 2000, 200);

  it("is held to its source, and what the network alone makes of it is there as well", async () => {
    for (const one of [silent, contrary, identity]) {
      const { frame, byNetwork, heldBy } = await restoreFrame(source, one, known);
      expect(Math.abs(heldBy!.dof - 2.5)).toBeLessThan(0.3);
      expect(byNetwork).toEqual((await restoreFrame(source, one)).frame);
      expect(frame.data).not.toEqual(byNetwork.data);
      const [before, after] = [source, frame].map((each) => correlation(channelOf(each, 0), channels[0]!.focused));
      expect(1 - after!).toBeLessThan(0.4 * (1 - before!));
    }
  });

  it.each([
    ["8-bit", frameOf([channels[0]!.defocused], 8, 128, 60), undefined, 255],
    ["16-bit", frameOf([channels[0]!.defocused], 16, 40_000, 16_000), undefined, 65_535],
    ["12-bit", frameOf([channels[0]!.defocused], 16, 3000, 500), 4095, 4095],
  ] as const)("%s: stays within what the camera can count", async (_name, one, largest, most) => {
    const { frame, heldBy } = await restoreFrame(one, silent, { ...known, largest });
    expect(heldBy).not.toBeNull();
    expect(frame).toMatchObject({ bitDepth: one.bitDepth, channels: 1, width: SIDE, height: SIDE });
    expect(frame.data.constructor).toBe(one.data.constructor);
    expect(channelOf(frame, 0).reduce((a, b) => Math.max(a, b))).toBe(most);
    expect(correlation(channelOf(frame, 0), channels[0]!.focused)).toBeGreaterThan(0.9);
  });

  it("holds each channel to its own, and tells the optics of the one that the network explained worst", async () => {
    const colour = frameOf(
      channels.map(({ defocused }) => defocused),
      16,
      2000,
      200,
    );
    const { frame, heldBy } = await restoreFrame(colour, identity, known);
    const alone = await Promise.all(
      channels.map(({ defocused }) => restoreFrame(frameOf([defocused], 16, 2000, 200), identity, known)),
    );
    for (const [c, one] of alone.entries()) expect(channelOf(frame, c)).toEqual(channelOf(one.frame, 0));
    const worst = Math.max(...alone.map((one) => one.heldBy!.unexplained));
    expect(heldBy).toEqual(alone.find((one) => one.heldBy!.unexplained === worst)!.heldBy);
  });

  it("pays no attention to a channel that shows nothing", async () => {
    const [one] = channels;
    const colour = frameOf([one!.defocused, new Float32Array(SIDE * SIDE), one!.defocused], 16, 2000, 200);
    const { frame, heldBy } = await restoreFrame(colour, contrary, known);
    const mono = await restoreFrame(source, contrary, known);
    expect(new Set(channelOf(frame, 1))).toEqual(new Set([2000]));
    expect(channelOf(frame, 2)).toEqual(channelOf(mono.frame, 0));
    expect(heldBy).toEqual(mono.heldBy);
  });

  /** It answers with one of the two planes that it takes, and notes its shapes. */
  const answering = (plane: 0 | 1, shapes: (readonly number[])[] = []): Reconstructor => ({
    channels: 2,
    run: ({ data, shape }) => {
      shapes.push(shape);
      const answer = Float32Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + plane]!);
      return Promise.resolve({ data: answer, shape: [...shape.slice(0, 3), 1] });
    },
  });

  it("gives a network that takes two channels the frame, and what the optics alone make of it", async () => {
    const shapes: (readonly number[])[] = [];
    const { byNetwork: frame } = await restoreFrame(source, answering(0, shapes), known);
    expect(frame).toEqual(source);
    expect(shapes.every((shape) => shape.at(-1) === 2)).toBe(true);
    const { byNetwork: guide, optics } = await restoreFrame(source, answering(1), known);
    const [before, after] = [source, guide].map((each) => correlation(channelOf(each, 0), channels[0]!.focused));
    expect(1 - after!).toBeLessThan(0.4 * (1 - before!));
    expect(Math.abs(optics[0]!.likely.best.dof - 2.5)).toBeLessThan(0.3);
  });

  it("gives it the frame twice where nothing is told of the optics", async () => {
    for (const options of [{}, { ...known, distance: null }]) {
      const { frame } = await restoreFrame(source, answering(1), options);
      expect(frame).toEqual(source);
    }
  });

  it("asks for the optics once: who knows them already says so, and gets the same", async () => {
    const first = await restoreFrame(source, answering(1), known);
    const again = await restoreFrame(source, answering(1), { known: first, hold: false });
    expect(again.byNetwork).toEqual(first.byNetwork);
    expect(again.frame).toEqual(first.byNetwork);
    expect(again.heldBy).toBeNull();
    const held = await restoreFrame(source, answering(1), { known: first });
    expect(held).toEqual(first);
  });

  it("is by the network alone where the frame is too small, shows nothing, or no distance is told", async () => {
    const small: Frame = { ...source, height: 255, data: source.data.slice(0, 255 * SIDE) as Uint16Array };
    const flat: Frame = { ...source, data: new Uint16Array(SIDE * SIDE).fill(700) };
    for (const [frame, options] of [
      [small, known],
      [flat, known],
      [source, { ...known, distance: null }],
      [source, { sampling: SAMPLING }],
    ] as const) {
      const restored = await restoreFrame(frame, contrary, options);
      expect(restored.heldBy).toBeNull();
      expect(restored.frame).toBe(restored.byNetwork);
      expect(restored.frame).toEqual((await restoreFrame(frame, contrary)).frame);
    }
  });
});
