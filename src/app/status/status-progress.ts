import type { Progress } from "../../report/progress.js";

/** Such as `120 frames, about 4 min at 34 frames per minute (over the last 5 min)`. */
export function progressText({ backlog, framesPerMinute, windowMs, etaMs }: Progress): string {
  const frames = `${backlog} ${backlog === 1 ? "frame" : "frames"}`;
  const over = `the last ${duration(windowMs)}`;
  if (framesPerMinute === 0) return `${frames}; none was finished in ${over}`;
  const rate = `${Number(framesPerMinute.toPrecision(framesPerMinute < 100 ? 2 : 3))} frames per minute (over ${over})`;
  return backlog === 0 || etaMs === null ? `${frames}; ${rate}` : `${frames}, about ${duration(etaMs)} at ${rate}`;
}

function duration(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  if (ms < 90 * 60_000) return `${Math.round(ms / 60_000)} min`;
  return `${Number((ms / 3_600_000).toFixed(1))} h`;
}
