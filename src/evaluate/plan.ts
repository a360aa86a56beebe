import { FORWARD_MODELS, type ForwardModel } from "../train/dataset/defocused-frame.js";
import type { Field } from "../train/dataset/fields.js";
import { BANDS, type Band } from "./bands.js";
import { spread } from "./choose-fields.js";

export interface PlannedFrame {
  readonly field: Field;
  readonly model: ForwardModel;
  readonly band: Band;
  readonly seed: number;
}

const PER_FIELD = BANDS.length * FORWARD_MODELS.length;

/**
 * Which frames are computed: every band by every model of each field, so that each band has as many; with more frames than fields give,
 * again with other optics and z. Rounded up to whole fields.
 */
export function planFrames(fields: readonly Field[], frames: number, seed: number): PlannedFrame[] {
  const rounds = Math.max(1, Math.ceil(frames / (PER_FIELD * fields.length)));
  const some = spread(fields, Math.max(1, Math.ceil(frames / PER_FIELD / rounds)));
  const planned: PlannedFrame[] = [];
  for (const [f, field] of some.entries())
    for (let round = 0; round < rounds; round++)
      for (const band of BANDS)
        for (const model of FORWARD_MODELS)
          planned.push({ field, model, band, seed: seed * 1_000_003 + f * 10_007 + planned.length });
  return planned;
}

/** So many of the defocused frames, as many of each band and model, and those of one kind from different fields. */
export function ofEachKind(planned: readonly PlannedFrame[], count: number): PlannedFrame[] {
  const kinds = new Map<string, PlannedFrame[]>();
  for (const one of planned.filter(({ band }) => band.defocused)) {
    const kind = `${one.band.name} ${one.model}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  const each = Math.ceil(count / Math.max(1, kinds.size));
  return [...kinds.values()].flatMap((some) => spread(some, each)).slice(0, count);
}
