import { type Field, splitByGroup } from "../dataset/fields.js";

export interface HeldOut {
  readonly learnt: readonly Field[];
  /** Never learnt from: on these the old network and the new one are measured. */
  readonly heldOut: readonly Field[];
  /** All fields are of one group, so what is held out shows the same place as what is learnt from. */
  readonly isOnePlace: boolean;
}

/** Whether all fields are of one place; then files tell on each other, for want of anything better. */
export function isOnePlace(fields: readonly Field[]): boolean {
  return new Set(fields.map(({ group }) => group)).size < 2;
}

/** Each file as a place of its own, where all show one. */
export function placesOf(fields: readonly Field[]): readonly Field[] {
  return isOnePlace(fields) ? fields.map(({ path }) => ({ path, group: path })) : fields;
}

/** Holds out a fifth of the groups, one at least; where there is a single group, a fifth of its files. At least two fields. */
export function holdOut(fields: readonly Field[], seed: number): HeldOut {
  const groupOf = new Map(fields.map((field) => [field.path, field]));
  const split = splitByGroup(placesOf(fields), seed);
  const own = (some: readonly Field[]) => some.map(({ path }) => groupOf.get(path)!);
  return { learnt: own(split.train), heldOut: own(split.validation), isOnePlace: isOnePlace(fields) };
}
