import { mirrored, type Stretch, stretches } from "./patch-grid.js";
import type { Reconstructor } from "./reconstructor.js";
import { type Tile, tiles } from "./tiles.js";

/** One channel in standardised pixels, row by row. */
export interface StandardisedPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * Sends a channel through a reconstructor, piece by piece: as few and large pieces as memory allows where it takes any size (multiples of
 * 32 px), else windows of its one size, blended.
 *
 * @param guide what the optics alone make of it, standardised alike, for a network that takes that beside it; left out: they are not known
 * @returns what came back, row by row
 */
export function restorePlane(
  plane: StandardisedPlane,
  network: Reconstructor,
  guide: Float32Array = plane.data,
): Promise<Float32Array> {
  const { width, height, data } = plane;
  const taken = { width, height, planes: network.channels === 2 ? [data, guide] : [data] };
  return network.side === undefined ? byPatches(taken, network) : byTiles(taken, network, network.side);
}

/** What a network takes: planes of one size, as its channels. */
interface Taken {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float32Array[];
}

async function byPatches(taken: Taken, network: Reconstructor): Promise<Float32Array> {
  const { width, height } = taken;
  const out = new Float32Array(width * height);
  for (const row of stretches(height)) {
    for (const column of stretches(width)) {
      const restored = await run(network, taken, column, row);
      for (let y = row.keepFrom; y < row.keepTo; y++) {
        const from = (y - row.from) * column.length - column.from;
        const kept = restored.subarray(from + column.keepFrom, from + column.keepTo);
        out.set(kept, y * width + column.keepFrom);
      }
    }
  }
  return out;
}

async function byTiles(taken: Taken, network: Reconstructor, side: number): Promise<Float32Array> {
  const { width, height } = taken;
  const sum = new Float32Array(width * height);
  const weight = new Float32Array(width * height);
  for (const row of tiles(height, side)) {
    for (const column of tiles(width, side)) {
      const restored = await run(network, taken, { from: column.from, length: side }, { from: row.from, length: side });
      addTile(restored, row, column, taken, sum, weight);
    }
  }
  return sum.map((value, i) => value / weight[i]!);
}

function addTile(
  restored: Float32Array,
  row: Tile,
  column: Tile,
  { width, height }: Pick<Taken, "width" | "height">,
  sum: Float32Array,
  weight: Float32Array,
): void {
  const side = row.weights.length;
  for (let y = Math.max(0, -row.from); y < Math.min(side, height - row.from); y++) {
    for (let x = Math.max(0, -column.from); x < Math.min(side, width - column.from); x++) {
      const share = row.weights[y]! * column.weights[x]!;
      const at = (row.from + y) * width + column.from + x;
      sum[at]! += share * restored[y * side + x]!;
      weight[at]! += share;
    }
  }
}

type Span = Pick<Stretch, "from" | "length">;

/** A piece of the planes, which go on as in a mirror, through the network. */
async function run(network: Reconstructor, taken: Taken, column: Span, row: Span): Promise<Float32Array> {
  const { width, height, planes } = taken;
  const channels = planes.length;
  const patch = new Float32Array(row.length * column.length * channels);
  const columns = Int32Array.from({ length: column.length }, (_, x) => mirrored(column.from + x, width));
  for (const [c, data] of planes.entries()) {
    for (let y = 0, to = c; y < row.length; y++) {
      const from = mirrored(row.from + y, height) * width;
      for (let x = 0; x < column.length; x++, to += channels) patch[to] = data[from + columns[x]!]!;
    }
  }
  return (await network.run({ data: patch, shape: [1, row.length, column.length, channels] })).data;
}
