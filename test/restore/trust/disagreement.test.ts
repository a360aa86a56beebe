import { describe, expect, test } from "vitest";
import type { Frame } from "../../../src/frames/frame.js";
import { channelStatistics, standardisedChannel } from "../../../src/frames/pixels.js";
import { piecesOf } from "../../../src/restore/pieces.js";
import { addSpectra, emptySpectra, spectraOf } from "../../../src/restore/spectra.js";
import { heldDisagreement, ownDisagreement } from "../../../src/restore/trust/disagreement.js";
import { noise } from "../../train/support/planes.js";

const SIDE = 512;

function frame(seed: number, apart = 0): Frame {
  const [one, other] = [noise(SIDE, SIDE, seed, 1000, 100).data, noise(SIDE, SIDE, 77, 0, 100).data];
  const data = Uint16Array.from(one, (value, i) => value + apart * other[i]!);
  return { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data };
}

const gains = (network: number) => [
  {
    source: new Float64Array(184).fill(1 - network),
    network: new Float64Array(184).fill(network),
    unexplained: 0.1,
  },
];

function held(source: Frame, restored: Frame, again: Frame, share: number): number {
  const pieces = piecesOf(SIDE, SIDE)!;
  const sum = emptySpectra(pieces.side / 2);
  const [own] = channelStatistics(source);
  const [s, r] = [source, restored].map((one) => standardisedChannel(one, 0, own!)) as [Float32Array, Float32Array];
  for (const piece of pieces.pieces) addSpectra(sum, spectraOf(s, r, SIDE, piece, pieces.side));
  return heldDisagreement(source, restored, again, { gains: gains(share), pieces, power: sum.restored });
}

describe("the disagreement of what is held to its source", () => {
  const [source, restored] = [frame(1), frame(2)];

  test("is about that of the planes where the network is all that counts", () => {
    for (const apart of [0.1, 0.5]) {
      const again = frame(2, apart);
      const plain = ownDisagreement(source, restored, again, piecesOf(SIDE, SIDE)!);
      expect(plain).toBeGreaterThan(0.5 * apart ** 2);
      expect(held(source, restored, again, 1) / plain).toBeCloseTo(1, 1);
    }
  });

  test("is what the network counts for, squared, and nothing where it does not count", () => {
    const again = frame(2, 0.5);
    const all = held(source, restored, again, 1);
    expect(held(source, restored, again, 0.5)).toBeCloseTo(all / 4, 9);
    expect(held(source, restored, again, 0)).toBe(0);
  });

  test("is none between a frame and itself", () => {
    expect(held(source, restored, restored, 1)).toBeLessThan(1e-9);
  });
});
