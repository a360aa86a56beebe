import { gigabytes, resumeBytes, type SpaceStatus } from "../../pipeline/disk-guard.js";
import { localTime } from "../local-time.js";

/** What `refocusd status` says about the space for reconstructions: nothing, as long as there is enough. */
export function spaceLines(outputs: readonly SpaceStatus[]): string[] {
  return outputs.flatMap(({ lowSinceMs, hold, limitBytes }) => {
    if (lowSinceMs === null || hold === null) return [];
    const until = hold.code === "RF_DISK_LOW" ? `at ${gigabytes(resumeBytes(limitBytes))}` : "when it can be written";
    return [
      `  RECONSTRUCTING STOPPED since ${localTime(lowSinceMs)} (${hold.code}): ${hold.why}; goes on ${until}; verdicts go on`,
    ];
  });
}
