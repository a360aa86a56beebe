import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of one round. */
export interface Place {
  readonly folder: string;
  /** Watched. */
  readonly source: string;
  readonly output: string;
  readonly ledger: string;
}

/**
 * A fresh place with quick settling: quiet for 0.3 s, so that writers that pause longer are the rule. Every frame is reconstructed, so
 * that each has an output to be lost or doubled.
 */
export function makePlace(workers: number, base = tmpdir()): Place {
  const folder = mkdtempSync(join(base, "refocusd-faults-"));
  const source = join(folder, "export");
  mkdirSync(source);
  writeFileSync(
    join(folder, "refocusd.yaml"),
    `state: state
watch:
  - path: export
    output: refocused
reconstruct: always
workers: ${workers}
engine: { kind: onnx, threads: 1 }
settle: { quietSeconds: 0.3, staleSeconds: 25 }
scan: { intervalSeconds: 0.5, sweepSeconds: 2 }
retry: { firstDelaySeconds: 0.2, maxDelaySeconds: 2 }
limits: { frameSeconds: 8 }
`,
  );
  return { folder, source, output: join(folder, "refocused"), ledger: join(folder, "state", "ledger.sqlite") };
}
