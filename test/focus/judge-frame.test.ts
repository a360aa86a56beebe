import { describe, expect, it } from "vitest";
import type { NetworkInput } from "../../src/engines/engine.js";
import type { Classifier } from "../../src/focus/classifier.js";
import { judgeFrame } from "../../src/focus/judge-frame.js";
import { type Square, tileGrid } from "../../src/focus/tile-grid.js";
import type { Frame } from "../../src/frames/frame.js";
import type { ChannelStatistics } from "../../src/frames/pixels.js";
import type { ModelSpectrum } from "../../src/models/card.js";
import { createRandom } from "../../src/train/random.js";

const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };

/** Says "defocused" of a tile in proportion to its brightness, so that each tile can be told apart. */
function brightness(seen: NetworkInput[] = []): Classifier {
  const network: Classifier["network"] = {
    run(batch) {
      seen.push(batch);
      const [n] = batch.shape;
      const each = batch.data.length / n;
      const p = Array.from({ length: n }, (_, k) => {
        const mean = batch.data.subarray(k * each, (k + 1) * each).reduce((a, b) => a + b, 0) / each;
        return 1 / (1 + Math.exp(-3 * mean));
      });
      return Promise.resolve({ data: Float32Array.from(p.flatMap((x) => [1 - x, x])), shape: [n, 2] });
    },
  };
  return { network };
}

function speckled(width: number, height: number, level: (x: number, y: number) => number, channels: 1 | 3 = 1): Frame {
  const random = createRandom(3);
  const data = new Uint16Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // Blocks of 16 pixels: structure that survives the 8-pixel means.
      const block = ((x >> 4) * 7919 + (y >> 4) * 104729) % 2 ? 150 : 0;
      for (let c = 0; c < channels; c++) {
        data[(y * width + x) * channels + c] = Math.round(level(x, y) + block + 3 * random.normal());
      }
    }
  }
  return { width, height, channels, bitDepth: 16, data };
}

describe("judgeFrame", () => {
  it("lays the focus map out as the tiles lie in the frame", async () => {
    const frame = speckled(1072, 536, (x) => (x < 536 ? 500 : 3000));
    const { focusMap } = await judgeFrame(frame, brightness(), thresholds);
    expect(focusMap.length).toBe(3);
    for (const row of focusMap) {
      expect(row.length).toBe(6);
      expect(Math.max(...row.slice(0, 3))).toBeLessThan(0.2);
      expect(Math.min(...row.slice(3))).toBeGreaterThan(0.8);
    }
  });

  it("shows the network three equal channels of a mono frame, with mean 0 and s.d. 1 over the frame", async () => {
    const seen: NetworkInput[] = [];
    await judgeFrame(
      speckled(536, 536, () => 1000),
      brightness(seen),
      thresholds,
    );
    const { data, shape } = seen[0]!;
    expect(shape).toEqual([9, 134, 134, 3]);
    expect(data[0]).toBe(data[1]);
    expect(data[0]).toBe(data[2]);
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
  });

  it("does not care about a tint: each channel is standardised by itself", async () => {
    const grey = speckled(536, 536, () => 1000, 3);
    const tinted = { ...grey, data: grey.data.map((v, i) => (i % 3 === 0 ? v : Math.round(v / 2))) as Uint16Array };
    const seen: NetworkInput[] = [];
    await judgeFrame(grey, brightness(seen), thresholds);
    await judgeFrame(tinted, brightness(seen), thresholds);
    const difference = seen[0]!.data.reduce((worst, v, i) => Math.max(worst, Math.abs(v - seen[1]!.data[i]!)), 0);
    expect(difference).toBeLessThan(0.02);
  });

  it("shows tiles as a whole to a network that was taught so", async () => {
    // Each tile is dark but for a bright quarter: its mean, not that of a window in it.
    const frame = speckled(536, 536, (x, y) => ((x % 268) + (y % 268) < 190 ? 3000 : 500));
    const windows: NetworkInput[] = [];
    const tiles: NetworkInput[] = [];
    const byWindow = await judgeFrame(frame, brightness(windows), thresholds);
    const byTile = await judgeFrame(frame, { ...brightness(tiles), sees: "tile" }, thresholds);
    expect(tiles[0]!.shape).toEqual(windows[0]!.shape);
    expect(byWindow.tiles.map(({ side }) => side)).toEqual(Array(9).fill(134));
    const { tiles: grid } = tileGrid(536, 536);
    expect(byTile.tiles.map(({ left, top, side }) => ({ left, top, side }))).toEqual(grid);
    const meanOf = ({ left, top, side }: Square) => {
      let sum = 0;
      for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) sum += frame.data[y * 536 + x]!;
      return sum / side ** 2;
    };
    const [{ mean, sd }] = byTile.channels as [ChannelStatistics];
    for (const [k, tile] of grid.entries()) {
      const seen = tiles[0]!.data.subarray(k * 134 * 134 * 3, (k + 1) * 134 * 134 * 3);
      expect(seen.reduce((a, b) => a + b, 0) / seen.length).toBeCloseTo((meanOf(tile) - mean) / sd, 1);
    }
  });

  it("calls an empty frame blank", async () => {
    const random = createRandom(1);
    const data = Uint16Array.from({ length: 600 * 600 }, () => Math.round(1000 + 8 * random.normal()));
    const frame: Frame = { width: 600, height: 600, channels: 1, bitDepth: 16, data };
    expect(await judgeFrame(frame, brightness(), thresholds)).toMatchObject({ verdict: "blank", pDefocused: null });
  });

  it("refuses a frame of one pixel", async () => {
    const frame: Frame = { width: 1, height: 1, channels: 1, bitDepth: 8, data: new Uint8Array(1) };
    await expect(judgeFrame(frame, brightness(), thresholds)).rejects.toMatchObject({ code: "RF_FRAME_TOO_SMALL" });
  });

  describe("with a second opinion", () => {
    /** Says of every spectrum what its bias says. */
    const spectrum = (logit: number): ModelSpectrum => ({
      layers: [{ weights: [Array.from({ length: 48 }, () => 0)], bias: [logit] }],
      joint: { tiles: 1, mostTiles: 1.5, spectrum: 1, mostSpectrum: 6, shift: 0.5 },
      fitted: "nothing",
    });
    const frame = speckled(536, 536, () => 1000);
    const sure: Classifier = {
      network: {
        run: ({ shape: [n] }) => Promise.resolve({ data: new Float32Array(2 * n).map((_, i) => i % 2), shape: [n, 2] }),
      },
    };

    it("adds up with the tiles", async () => {
      const alone = await judgeFrame(frame, sure, thresholds);
      expect(alone).toMatchObject({ verdict: "defocused", spectrum: null });
      const both = await judgeFrame(frame, { ...sure, spectrum: spectrum(-4) }, thresholds);
      expect(both).toEqual({
        ...alone,
        verdict: "focused",
        pDefocused: expect.closeTo(1 / (1 + Math.exp(2)), 6),
        spectrum: { pDefocused: expect.closeTo(0.018, 3) },
      });
      expect(await judgeFrame(frame, { ...sure, spectrum: spectrum(4) }, thresholds)).toMatchObject({
        ...{ verdict: "defocused", focusMap: alone.focusMap },
        spectrum: { pDefocused: expect.closeTo(0.982, 3) },
      });
    });

    it("that does not count is told, and the tiles decide", async () => {
      const { joint: _, ...untold } = spectrum(-4);
      expect(await judgeFrame(frame, { ...sure, spectrum: untold }, thresholds)).toEqual({
        ...(await judgeFrame(frame, sure, thresholds)),
        spectrum: { pDefocused: expect.closeTo(0.018, 3) },
      });
    });

    it("does without it in a frame that is too small, or empty", async () => {
      const small = speckled(600, 250, () => 1000);
      expect((await judgeFrame(small, { ...brightness(), spectrum: spectrum(-4) }, thresholds)).spectrum).toBeNull();
      const flat: Frame = { width: 300, height: 300, channels: 1, bitDepth: 8, data: new Uint8Array(90_000).fill(90) };
      expect(await judgeFrame(flat, { ...brightness(), spectrum: spectrum(-4) }, thresholds)).toMatchObject({
        ...{ verdict: "blank", spectrum: null },
      });
    });

    it("tells the distance from focus, by the sampling if that is known, of the same frames as the second opinion", async () => {
      const zeros = Array.from({ length: 48 }, () => 0);
      const layers = [
        {
          weights: [
            [...zeros, 0, -1],
            [...zeros, 0, 0],
            [...zeros, 0, 0],
          ],
          bias: [3, -40, -40],
        },
      ];
      const widen = { withSampling: 1, withoutSampling: 1 };
      const by = { ...spectrum(0), distance: { layers, widen, fitted: "nothing" } };
      const of = async (one: Frame, sampling?: number) =>
        (await judgeFrame(one, { ...sure, spectrum: by }, thresholds, sampling)).distance?.dof ?? null;
      expect(await of(frame)).toBe(3);
      expect(await of(frame, 0.4)).toBe(2);
      expect(await of(frame, 4)).toBeNull();
      expect(await of(speckled(600, 250, () => 1000))).toBeNull();
      expect((await judgeFrame(frame, { ...sure, spectrum: spectrum(0) }, thresholds)).distance).toBeNull();
    });

    it("takes the channel that shows most", async () => {
      const random = createRandom(8);
      const grey = speckled(300, 300, () => 1000);
      const data = new Uint16Array(3 * grey.data.length);
      grey.data.forEach((value, i) => {
        data.set([Math.round(500 + random.normal()), value, Math.round(500 + random.normal())], 3 * i);
      });
      // Weights that are not all the same, so that the features tell.
      const layers = [{ weights: [Array.from({ length: 48 }, (_, k) => Math.sin(k))], bias: [0] }];
      const by = { ...spectrum(0), layers };
      const mono = await judgeFrame(grey, { ...brightness(), spectrum: by }, thresholds);
      const colour = await judgeFrame({ ...grey, channels: 3, data }, { ...brightness(), spectrum: by }, thresholds);
      expect(colour.spectrum).toEqual(mono.spectrum);
    });
  });
});
