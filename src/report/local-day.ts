/** A calendar day, "YYYY-MM-DD". Its length is 24 hours, but 23 or 25 where the clocks change. */
export type Day = string;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The time zone of this machine (or of the environment variable TZ). */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && addDays(text, 0) === text;
}

/** The day that it is at this moment in this time zone. */
export function dayAt(ms: number, timeZone: string): Day {
  return partsAt(ms, timeZone).day;
}

/** The time of day, "HH:MM", at this moment in this time zone. */
export function timeOfDayAt(ms: number, timeZone: string): string {
  return partsAt(ms, timeZone).time;
}

export function addDays(day: Day, days: number): Day {
  const utc = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(utc) ? "" : new Date(utc + days * 86_400_000).toISOString().slice(0, 10);
}

/** From the first millisecond of the day to the first of the next one (exclusive), UTC. */
export function dayRange(day: Day, timeZone: string): { startMs: number; endMs: number } {
  return { startMs: startOf(day, timeZone), endMs: startOf(addDays(day, 1), timeZone) };
}

// Searched for, since a day need not begin at 00:00: where the clocks change at midnight it begins at 01:00 (Cairo, Beirut),
// and Samoa had no 30 December 2011 at all. That the date never goes back is what the search needs.
function startOf(day: Day, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  let before = utc - 16 * 3_600_000; // the largest offsets in use are -12 and +14 hours
  let reached = utc + 40 * 3_600_000;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (dayAt(middle, timeZone) < day) before = middle;
    else reached = middle;
  }
  return reached;
}

function partsAt(ms: number, timeZone: string): { day: Day; time: string } {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
    formatter = new Intl.DateTimeFormat("en-US", { timeZone, calendar: "gregory", hourCycle: "h23", ...fields });
    formatters.set(timeZone, formatter);
  }
  const parts = Object.fromEntries(formatter.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}
