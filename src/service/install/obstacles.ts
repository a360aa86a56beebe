import { RefocusdError } from "../../errors/refocusd-error.js";

/** What is known of the place before anything is done. */
export interface Place {
  /** Where the system begins: "/" for this one. */
  readonly root: string;
  readonly isRoot: boolean;
  /** Whether systemd runs this system. */
  readonly systemd: boolean;
  /** What of refocusd itself is missing, by path. */
  readonly missing: readonly string[];
}

/** What has to be put right first, most telling first. Another root needs neither rights nor a running systemd. */
export function obstacles({ root, isRoot, systemd, missing }: Place): RefocusdError[] {
  const [first] = missing;
  const here = root === "/";
  return [
    ...(first === undefined ? [] : [new RefocusdError("RF_NOT_BUILT", `${first} is missing`)]),
    ...(here && !systemd ? [new RefocusdError("RF_NO_SYSTEMD", "/run/systemd/system is missing")] : []),
    ...(here && !isRoot ? [new RefocusdError("RF_NOT_ROOT", "run it with sudo")] : []),
  ];
}
