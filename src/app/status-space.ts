import { gigabytes, reason, resumeBytes, type SpaceStatus } from "../pipeline/disk-guard.js";
import { localTime } from "./local-time.js";

/** What `refocusd status` says about the space for reconstructions: nothing, as long as there is enough. */
export function spaceLines(outputs: readonly SpaceStatus[]): string[] {
  return outputs.flatMap((space) => {
    if (space.lowSinceMs === null) return [];
    const since = localTime(space.lowSinceMs);
    const until = gigabytes(resumeBytes(space.limitBytes));
    return [
      `  RECONSTRUCTING STOPPED since ${since} (RF_DISK_LOW): ${reason(space)}; goes on at ${until}; verdicts go on`,
    ];
  });
}
