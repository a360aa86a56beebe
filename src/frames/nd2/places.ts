import type { PagePlace } from "../page-place.js";
import type { Nd2Channel } from "./channels.js";
import type { Nd2Loop } from "./experiment.js";

/** The places of all pages of an ND2: for each sequence index in turn, its channels. */
export function pagePlaces(sequences: number, loops: readonly Nd2Loop[], channels: readonly Nd2Channel[]): PagePlace[] {
  const names = channelNames(channels);
  const places: PagePlace[] = [];
  const width = digits(turns(loops, "position", sequences));
  for (let sequence = 0; sequence < sequences; sequence++) {
    const { time, position, z } = loopIndices(sequence, loops);
    const place: PagePlace = {
      ...(position !== undefined && { position: String(position + 1).padStart(width, "0") }),
      ...(time !== undefined && { time: time + 1 }),
      ...(z !== undefined && { z: z + 1 }),
    };
    for (const channel of names) places.push({ ...place, ...(channel !== undefined && { channel }) });
  }
  return places;
}

type Axis = Nd2Loop["axis"];

/**
 * Which turn of each axis a frame belongs to, from 0. The count of the outermost loop does not matter, so that an experiment that was
 * cut short, or whose end was left open, comes out right. Two loops of the same axis count on.
 */
export function loopIndices(sequence: number, loops: readonly Nd2Loop[]): Partial<Record<Axis, number>> {
  const own: number[] = [];
  let rest = sequence;
  for (let i = loops.length - 1; i >= 0; i--) {
    const count = Math.max(1, loops[i]!.count);
    own[i] = i === 0 ? rest : rest % count;
    rest = Math.floor(rest / count);
  }
  const indices: Partial<Record<Axis, number>> = {};
  for (const [i, { axis, count }] of loops.entries()) {
    const outer = indices[axis];
    indices[axis] = outer === undefined ? own[i]! : outer * Math.max(1, count) + own[i]!;
  }
  return indices;
}

function turns(loops: readonly Nd2Loop[], axis: Axis, most: number): number {
  const counts = loops.filter((loop) => loop.axis === axis).map((loop) => Math.max(1, loop.count));
  return Math.min(
    most,
    counts.reduce((a, b) => a * b, 1),
  );
}

function digits(count: number): number {
  return String(count).length;
}

/** A single channel without a name needs none. */
function channelNames(channels: readonly Nd2Channel[]): (string | undefined)[] {
  // "|" parts the series' key.
  const names = channels.map(({ name }) => name?.replaceAll("|", "/"));
  const isTelling = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  if (isTelling || channels.length === 1) return names;
  return channels.map((_, i) => String(i + 1).padStart(digits(channels.length), "0"));
}
