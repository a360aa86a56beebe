import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { SmallDisk } from "./small-disk.js";

/** Folders of one round. */
export interface Place {
  readonly folder: string;
  /** Watched. */
  readonly source: string;
  readonly output: string;
  readonly state: string;
  readonly ledger: string;
  /** Disks of their own below output and state, where the scenario asked for them. */
  readonly disks: { readonly output?: SmallDisk; readonly state?: SmallDisk };
}

export interface PlaceOptions {
  readonly workers: number;
  /** Keys of the configuration that differ from what is usual here. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Megabytes of a disk of its own. */
  readonly disks?: { readonly output?: number; readonly state?: number };
  /** Who owns it all; left out: who runs the harness. */
  readonly owner?: number;
}

/**
 * A fresh place with quick settling: quiet for 0.3 s, so that writers that pause longer are the rule. Every frame is reconstructed, so
 * that each has an output to be lost or doubled.
 */
export function makePlace({ workers, settings, disks = {}, owner }: PlaceOptions, base = tmpdir()): Place {
  const folder = mkdtempSync(join(base, "refocusd-faults-"));
  const [source, output, state] = ["export", "refocused", "state"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(source);
  const configuration = {
    state: "state",
    watch: [{ path: "export", output: "refocused" }],
    reconstruct: "always",
    workers,
    engine: { kind: "onnx", threads: 1 },
    settle: { quietSeconds: 0.3, staleSeconds: 25 },
    scan: { intervalSeconds: 0.5, sweepSeconds: 2 },
    retry: { firstDelaySeconds: 0.2, maxDelaySeconds: 2 },
    limits: { frameSeconds: 8 },
    ...settings,
  };
  const file = join(folder, "refocusd.yaml");
  writeFileSync(file, stringify(configuration));
  const made = {
    ...(disks.output !== undefined && { output: new SmallDisk(output, disks.output) }),
    ...(disks.state !== undefined && { state: new SmallDisk(state, disks.state) }),
  };
  if (owner !== undefined) for (const path of [folder, source, file]) chownSync(path, owner, owner);
  return { folder, source, output, state, ledger: join(state, "ledger.sqlite"), disks: made };
}
