/** A position as people know it: everything that a series' key tells but channel and z. */
export interface Place {
  /** Such as `run2 A01 xy03`; equal for all series of the position. */
  readonly place: string;
  /** What tells this series from others of the position, such as `c1 z5`; empty where nothing does. */
  readonly plane: string;
}

/** @param seriesKey `folder|prefix|well|position|channel|z`, each empty where the name does not tell; a folder may hold "|" itself */
export function placeOf(seriesKey: string): Place {
  const parts = seriesKey.split("|");
  if (parts.length < 6) return { place: seriesKey, plane: "" };
  const [well = "", position = "", channel = "", z = ""] = parts.slice(-4);
  const prefix = parts.at(-5) ?? "";
  const folder = parts.slice(0, -5).join("|");
  const name = folder === "" ? prefix : `${folder}/${prefix}`;
  return {
    place: words(name, well, marked("xy", position)) || "(no name)",
    plane: words(marked("c", channel), marked("z", z)),
  };
}

function marked(mark: string, value: string): string {
  return /^\d+$/.test(value) ? `${mark}${value}` : value;
}

function words(...all: readonly string[]): string {
  return all.filter((word) => word !== "").join(" ");
}

const inOrder = new Intl.Collator("en", { numeric: true });

/** `xy2` before `xy10`. */
export function comparePlaces(a: string, b: string): number {
  return inOrder.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
