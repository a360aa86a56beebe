import { RefocusdError } from "../errors/refocusd-error.js";
import type { Frame } from "../frames/frame.js";
import { type ChannelStatistics, channelOf, channelStatistics } from "../frames/pixels.js";
import { resizeSquare } from "../frames/resample.js";
import type { Distance } from "../optics/distance.js";
import type { Classifier } from "./classifier.js";
import { viewOf } from "./judging-window.js";
import { probabilityOf } from "./log-odds.js";
import { distanceFrom } from "./spectrum/distance.js";
import { frameFeatures } from "./spectrum/frame-features.js";
import { runLayers } from "./spectrum/layers.js";
import { type TileStructure, tileStructure } from "./structure.js";
import { INPUT_SIDE, type Square, tileGrid } from "./tile-grid.js";
import { frameVerdict, isBlank, type Thresholds, type Verdict } from "./verdict.js";

const INPUT = INPUT_SIDE;
/** Below this a tile is magnified so much that the network would judge the interpolation. */
export const LEAST_SIDE = 64;
/** Tiles per run of the network: 9 are a whole 1608-px frame; 120 MB of activations. */
const BATCH = 9;

export interface Judgement {
  readonly verdict: Verdict;
  /** What the tiles and the spectrum say together. Null for a blank frame. */
  readonly pDefocused: number | null;
  /** What the power spectrum alone says. Null without one: a blank frame, one below 256 px, a model that has no such part. */
  readonly spectrum: { readonly pDefocused: number } | null;
  /** How far out of focus it is, by the power spectrum. Null where that was not asked, and for a sampling that was not learnt. */
  readonly distance: Distance | null;
  /** P(defocused) per tile, rows × columns. */
  readonly focusMap: readonly (readonly number[])[];
  /** Where the network looked in each tile, and why that counts as much as it does; in the order of the map, row by row. */
  readonly tiles: readonly LookedAt[];
  /** By what each channel was standardised, in counts. */
  readonly channels: readonly ChannelStatistics[];
  /** Share of the tiles that show nothing. */
  readonly blankTiles: number;
}

/** The window of a tile that the network saw, in pixels of the frame, and what it shows. */
export interface LookedAt extends Square, TileStructure {
  readonly isBlank: boolean;
}

/**
 * Judges a frame tile by tile with SDCNN, and by its power spectrum.
 *
 * @param sampling pixel size · NA / λ of the frame, where it is known: for its distance from focus
 * @throws RF_FRAME_TOO_SMALL
 */
export async function judgeFrame(
  frame: Frame,
  { network, spectrum, sees }: Classifier,
  thresholds: Thresholds,
  sampling?: number,
): Promise<Judgement> {
  const { width, height, channels } = frame;
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new RefocusdError(
      "RF_FRAME_TOO_SMALL",
      `${width} × ${height} pixels; at least ${LEAST_SIDE} are needed each way`,
    );
  }
  const grid = tileGrid(width, height);
  const statistics = channelStatistics(frame);
  const planes = statistics.map((_, c) => (channels === 1 ? frame.data : channelOf(frame, c)));
  const looks = grid.tiles.map((tile) => viewOf(tile, sees, (window) => strongest(frame, window)));

  const probabilities: number[] = [];
  const small = new Float32Array(INPUT * INPUT);
  for (let from = 0; from < looks.length; from += BATCH) {
    const batch = looks.slice(from, from + BATCH);
    const data = new Float32Array(batch.length * INPUT * INPUT * 3);
    batch.forEach(({ window }, t) => {
      for (let c = 0; c < 3; c++) {
        // Each channel by its own mean and s.d., so that a tint does not matter. Resizing is linear, so it can come first.
        const { mean, sd } = statistics[c < channels ? c : 0]!;
        const scale = sd > 0 ? 1 / sd : 0;
        if (c < channels) resizeSquare(planes[c]!, width, window, INPUT, small);
        for (let i = 0, at = t * INPUT * INPUT * 3 + c; i < small.length; i++, at += 3)
          data[at] = (small[i]! - mean) * scale;
      }
    });
    const output = await network.run({ data, shape: [batch.length, INPUT, INPUT, 3] });
    for (let t = 0; t < batch.length; t++) probabilities.push(output.data[2 * t + 1]!);
  }

  const judged = looks.map(({ structure }, t) => ({ structure, pDefocused: probabilities[t]! }));
  const isShowing = looks.some(({ structure }) => !isBlank(structure));
  const features = spectrum && isShowing ? frameFeatures(frame, planes) : null;
  const logit = spectrum && features ? runLayers(spectrum.layers, features)[0]! : null;
  const second = spectrum?.joint && logit !== null ? { logit, joint: spectrum.joint } : undefined;
  return {
    ...frameVerdict(judged, thresholds, second),
    spectrum: logit === null ? null : { pDefocused: probabilityOf(logit) },
    distance: features && spectrum?.distance ? distanceFrom(features, spectrum.distance, sampling) : null,
    focusMap: Array.from({ length: grid.rows }, (_, r) =>
      probabilities.slice(r * grid.columns, (r + 1) * grid.columns),
    ),
    tiles: looks.map(({ window, structure }) => ({ ...window, ...structure, isBlank: isBlank(structure) })),
    channels: statistics,
    blankTiles: looks.filter(({ structure }) => isBlank(structure)).length / looks.length,
  };
}

/** Of a colour frame, the channel that shows most. */
function strongest(frame: Frame, tile: Square): TileStructure {
  const { width, channels, data } = frame;
  if (channels === 1) return tileStructure(data, width, tile);
  const all = Array.from({ length: channels }, (_, c) => {
    const channel = new Float32Array(tile.side * tile.side);
    for (let y = 0, i = 0; y < tile.side; y++) {
      let at = ((tile.top + y) * width + tile.left) * channels + c;
      for (let x = 0; x < tile.side; x++, i++, at += channels) channel[i] = data[at]!;
    }
    return tileStructure(channel, tile.side, { left: 0, top: 0, side: tile.side });
  });
  return all.reduce((a, b) => (b.contrast > a.contrast ? b : a));
}
