/** Times of one day as people of its time zone write them. */
export interface DayTimes {
  /** `Tuesday, 24 November 2026`. */
  readonly date: string;
  /** `08:02`; with its date where it is of another day. */
  clock(ms: number): string;
  /** `2026-11-24 08:02`. */
  moment(ms: number): string;
}

export function dayTimes(day: string, timeZone: string): DayTimes {
  const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
  const full = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone });
  const moment = (ms: number) => full.format(ms);
  return {
    date: date.format(Date.parse(`${day}T00:00:00Z`)),
    moment,
    clock: (ms) => (moment(ms).startsWith(day) ? moment(ms).slice(-5) : moment(ms)),
  };
}

/** `0.84 s`, `12 s`, `3.5 min`, `2.1 h`. */
export function duration(ms: number): string {
  const [value, unit] = ms < 90_000 ? [ms / 1000, "s"] : ms < 5_400_000 ? [ms / 60_000, "min"] : [ms / 3_600_000, "h"];
  return `${Number(value.toPrecision(2))} ${unit}`;
}

/** `1 frame`, `10,000 frames`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}
