const format = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "medium" });

/** Such as `2026-11-24 05:51:41`, in local time, as people compare it with their notes. */
export function localTime(ms: number): string {
  return format.format(ms);
}
