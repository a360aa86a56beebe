import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import type { Frame } from "../../../src/frames/frame.js";
import { restoreFrame } from "../../../src/restore/restore-frame.js";
import { evidenceFor, trustFrom } from "../../../src/restore/trust/estimate-trust.js";
import { piecesOf } from "../../../src/restore/trust/pieces.js";
import { octavesOf, strangenessOf } from "../../../src/restore/trust/strangeness.js";
import { turned } from "../../../src/restore/trust/turned.js";
import { noise } from "../../train/support/planes.js";

const familiar = {
  mean: Array(6).fill(0),
  inverse: Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0))),
};
const calibration = { intercept: 1, disagreement: 0, unexplained: -0.05, strangeness: 0, familiar };

function frame(width: number, height: number, channels: 1 | 3 = 1): Frame {
  const values = noise(width * channels, height, 7, 1000, 100).data;
  return { width, height, channels, bitDepth: 16, data: Uint16Array.from(values) };
}

/** Answers `make` of the value and where it is. */
function network(make: (value: number, index: number) => number): LoadedNetwork {
  return {
    run: async ({ data, shape }) => ({ data: data.map(make), shape }),
    dispose: async () => {},
  };
}

async function trustOf(made: LoadedNetwork, source = frame(96, 80), own = calibration) {
  const evidence = await evidenceFor(source, await restoreFrame(source, made), made);
  return evidence && trustFrom(evidence, own);
}

describe("the evidence for trust", () => {
  test("a network that leaves the frame as it is agrees with itself and explains all", async () => {
    const trust = await trustOf(network((value) => value));
    expect(trust).toMatchObject({ defocusDof: 0, disagreement: 0 });
    expect(trust?.unexplained).toBeLessThan(1e-6);
    expect(trust?.trust).toBe(1);
  });

  test("a network whose answer hangs on the place does not agree with itself", async () => {
    const trust = await trustOf(network((value, index) => value + Math.sin(index / 3)));
    expect(trust?.disagreement).toBeGreaterThan(0.2);
  });

  test("an answer that has nothing to do with the frame explains nothing", async () => {
    const trust = await trustOf(network((_, index) => Math.sin(index * index)));
    expect(trust?.unexplained).toBeGreaterThan(0.9);
    expect(trustFrom(trust!, { ...calibration, intercept: 0.9 }).trust).toBeLessThan(0.91);
  });

  test("all channels count", async () => {
    const mono = await trustOf(
      network((value) => value),
      frame(64, 64),
    );
    const colour = await trustOf(
      network((value) => value),
      frame(64, 64, 3),
    );
    expect(colour?.disagreement).toBe(mono?.disagreement);
  });

  test("frames too small to tell get no figure", async () => {
    expect(
      await trustOf(
        network((value) => value),
        frame(60, 400),
      ),
    ).toBeUndefined();
  });

  test("trust is a share, whatever the evidence", () => {
    const any = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(any, any, any, (disagreement, unexplained, octave) => {
        const evidence = { disagreement, unexplained, defocusDof: 1, octaves: Array<number>(6).fill(octave) };
        const weights = { intercept: 0.5, disagreement: -0.06, unexplained: -0.03, strangeness: -0.04 };
        const { trust } = trustFrom(evidence, { ...weights, familiar });
        expect(trust).toBeGreaterThanOrEqual(0);
        expect(trust).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test("a frame turned twice is the same again, with its channels in order", () => {
  const source = frame(5, 4, 3);
  const once = turned(source);
  expect([...once.data.slice(0, 3)]).toEqual([...source.data.slice(-3)]);
  expect(turned(once)).toEqual(source);
});

test("pieces cover a frame and stay inside it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 3000 }), fc.integer({ min: 64, max: 3000 }), (width, height) => {
      const { side, pieces } = piecesOf(width, height)!;
      expect(side).toBeLessThanOrEqual(256);
      expect(side % 16).toBe(0);
      for (const { left, top } of pieces) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + side).toBeLessThanOrEqual(width);
        expect(top + side).toBeLessThanOrEqual(height);
      }
      // Nothing lies between two neighbours where five are enough, and the last one reaches the end wherever there are two.
      const lefts = [...new Set(pieces.map(({ left }) => left))];
      for (const [k, left] of width > 5 * side ? [] : lefts.entries())
        expect(left).toBeLessThanOrEqual((lefts[k - 1] ?? -side) + side);
      if (lefts.length > 1) expect(lefts.at(-1)! + side).toBe(width);
    }),
  );
  expect(piecesOf(63, 1000)).toBeUndefined();
});

describe("strangeness", () => {
  test("is the distance from the familiar, and none at its middle", () => {
    const spectra = { restored: Float64Array.from({ length: 128 }, (_, k) => 1000 / (k + 1)) };
    const mean = octavesOf(spectra, 1);
    expect(strangenessOf(mean, { ...familiar, mean })).toBe(0);
    expect(
      strangenessOf(mean, { ...familiar, mean: mean.map((value, k) => (k === 2 ? value + 3 : value)) }),
    ).toBeCloseTo(3, 9);
  });

  test("of twice as many pieces alike is the same", () => {
    const one = Float64Array.from({ length: 128 }, (_, k) => 500 / (k + 1));
    expect(octavesOf({ restored: one.map((v) => 2 * v) }, 2)).toEqual(octavesOf({ restored: one }, 1));
  });
});
