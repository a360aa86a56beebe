/** A value in ND2's metadata. Whole numbers of 64 bits are doubles here: exact up to 2^53. */
export type VariantValue = boolean | number | string | Buffer | Level;

export interface VariantItem {
  /** Empty for the entries of a list. */
  readonly name: string;
  readonly value: VariantValue;
}

/** Named values in their order in the file; names may repeat. */
export type Level = readonly VariantItem[];

/** Bounds for both spellings. Real metadata: up to 9 levels and 12,000 items; a run of 1000 positions has some 60,000. */
export const MAX_DEPTH = 40;
export const MAX_ITEMS = 1_000_000;

/** The first value on this path of names; `undefined` when there is none. */
export function valueAt(level: Level | undefined, ...path: readonly string[]): VariantValue | undefined {
  let value: VariantValue | undefined = level;
  for (const name of path) {
    if (!isLevel(value)) return undefined;
    value = value.find((item) => item.name === name)?.value;
  }
  return value;
}

export function levelAt(level: Level | undefined, ...path: readonly string[]): Level | undefined {
  const value = valueAt(level, ...path);
  return isLevel(value) ? value : undefined;
}

/** A finite number; `undefined` for anything else. */
export function numberAt(level: Level | undefined, ...path: readonly string[]): number | undefined {
  const value = valueAt(level, ...path);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A number above 0: NIS-Elements writes 0 or -1 for what it does not know. */
export function positiveAt(level: Level | undefined, ...path: readonly string[]): number | undefined {
  const value = numberAt(level, ...path);
  return value !== undefined && value > 0 ? value : undefined;
}

/** A text that is not empty, at most 200 characters of it. */
export function textAt(level: Level | undefined, ...path: readonly string[]): string | undefined {
  const value = valueAt(level, ...path);
  return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 200) : undefined;
}

/** The entries of a list that are levels themselves. */
export function levelsIn(level: Level | undefined): Level[] {
  return (level ?? []).flatMap(({ value }) => (isLevel(value) ? [value] : []));
}

export function isLevel(value: VariantValue | undefined): value is Level {
  return Array.isArray(value);
}
