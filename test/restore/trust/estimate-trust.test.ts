import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import type { Frame } from "../../../src/frames/frame.js";
import { restoreFrame } from "../../../src/restore/restore-frame.js";
import { evidenceFor, trustFrom } from "../../../src/restore/trust/estimate-trust.js";
import { octavesOf, strangenessOf } from "../../../src/restore/trust/strangeness.js";
import { turned } from "../../../src/restore/trust/turned.js";
import { defocusWeakObject } from "../../../src/train/optics/weak-object.js";
import { noise } from "../../train/support/planes.js";
import { OPTICS, SAMPLING, smoothNoise } from "../consistency/support.js";

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
    expect(trustFrom(trust!, { ...calibration, intercept: 0.9 })?.trust).toBeLessThan(0.91);
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
        const octaves = Array<number>(6).fill(octave);
        const weights = { intercept: 0.5, disagreement: -0.06, unexplained: -0.03, strangeness: -0.04 };
        const held = { ...weights, intercept: 0.9, unexplained: 0.2, familiar };
        for (const isHeld of [false, true]) {
          const evidence = { disagreement, unexplained, defocusDof: 1, octaves, isHeld };
          const { trust } = trustFrom(evidence, { ...weights, familiar, held })!;
          expect(trust).toBeGreaterThanOrEqual(0);
          expect(trust).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("the evidence for a reconstruction that is held to its source", () => {
  const SIDE = 256;
  const focused = smoothNoise(SIDE, 4);
  const defocused = defocusWeakObject(focused, OPTICS, 2.5, 0.04);
  const source: Frame = {
    ...{ width: SIDE, height: SIDE, channels: 1, bitDepth: 16 },
    data: Uint16Array.from(defocused.data, (value) => 2000 + 200 * value),
  };
  const options = { distance: { dof: 2.5, low: 2.2, high: 2.8 }, sampling: SAMPLING };
  const weak = network((value) => 0.5 * value);
  const of = async (made: LoadedNetwork, isLocal = false) => {
    const restored = await restoreFrame(source, made, options);
    return { restored, evidence: (await evidenceFor(source, restored, made, { ...options, isLocal }))! };
  };

  test("is by the optics it was held by, and what the network alone left unexplained", async () => {
    const { restored, evidence } = await of(weak);
    const { dof, unexplained } = restored.heldBy!;
    expect(evidence).toMatchObject({ isHeld: true, defocusDof: dof, unexplained });
    // What is held explains its source in any case, so by the frame itself it would be far less.
    const asIfAlone = await evidenceFor(source, { ...restored, heldBy: null }, weak, options);
    expect(asIfAlone).toMatchObject({ isHeld: false });
    expect(asIfAlone!.unexplained).toBeLessThan(0.5 * unexplained);
  });

  test("is about the frame as it comes out: where the source decides, networks agree that do not by themselves", async () => {
    const restless = network((value, index) => value + Math.sin(index / 3));
    const alone = await evidenceFor(source, await restoreFrame(source, restless), restless);
    const { evidence } = await of(restless);
    expect(alone!.disagreement).toBeGreaterThan(0.2);
    expect(evidence.disagreement).toBeLessThan(0.5 * alone!.disagreement);
    expect(evidence.octaves).not.toEqual(alone!.octaves);
  });

  test("tells where by what the network alone left unexplained, and its mean is the frame's own figure", async () => {
    const { evidence } = await of(weak, true);
    const { local, ...rest } = evidence;
    expect(rest).toEqual((await of(weak)).evidence);
    expect(local!.unexplained.pieces).toHaveLength(1);
    expect(local!.unexplained.pieces[0]!.share).toBeCloseTo(rest.unexplained, 1);
  });

  test("is believed by a line of its own, and by none where there is none", async () => {
    const { evidence } = await of(weak);
    const line = { intercept: 0.4, disagreement: 0, unexplained: 0, strangeness: 0, familiar };
    // It tells the logarithm of what is missing to 1.
    const held = { ...line, intercept: Math.log(0.3) };
    expect(trustFrom(evidence, line)).toBeUndefined();
    expect(trustFrom(evidence, { ...line, held })?.trust).toBeCloseTo(0.7, 9);
    expect(trustFrom({ ...evidence, isHeld: false }, { ...line, held })?.trust).toBe(0.4);
  });
});

test("a frame turned twice is the same again, with its channels in order", () => {
  const source = frame(5, 4, 3);
  const once = turned(source);
  expect([...once.data.slice(0, 3)]).toEqual([...source.data.slice(-3)]);
  expect(turned(once)).toEqual(source);
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
