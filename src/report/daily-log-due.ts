import { addDays, type Day, dayAt, timeOfDayAt } from "./local-day.js";

/** The newest day whose log is due: yesterday, from the configured time of day on; before that, the day before it. */
export function newestDueDay(nowMs: number, at: string, timeZone: string): Day {
  return addDays(dayAt(nowMs, timeZone), timeOfDayAt(nowMs, timeZone) >= at ? -1 : -2);
}
