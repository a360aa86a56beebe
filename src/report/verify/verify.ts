import type { LedgerReader } from "../../ledger/ledger.js";
import type { Clock } from "../../system/clock.js";
import type { FileSystem } from "../../system/file-system.js";
import { type ExpectedSource, expectedNow, expectedOutputs, expectedSources, extent, isNamed } from "./expectations.js";
import { type Expected, type Finding, type Found, judgeFile } from "./findings.js";
import { outputFiles } from "./orphans.js";

export interface VerifyDeps {
  readonly ledger: Pick<LedgerReader, "select">;
  readonly fs: Pick<FileSystem, "stat" | "hash" | "readdir">;
  readonly clock: Clock;
  /** As they come; nothing is collected. */
  readonly onFinding: (finding: Finding) => void;
  /** Bytes read, of so many. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface VerifySummary {
  readonly sources: number;
  readonly outputs: number;
  /** Bytes of all files that were looked at. */
  readonly bytes: number;
  readonly findings: Readonly<Record<Finding["kind"], number>>;
}

/** A worker publishes a file just before the ledger has its row; so a nameless file this young may get its name yet. */
const YOUNG_MS = 10_000;

/**
 * Compares sources and outputs with the ledger, byte by byte, and writes nothing. One file after the other, each as a stream: a disk reads
 * one file fastest, and the daemon beside it needs its share.
 */
export async function verifyFiles(outputFolders: readonly string[], deps: VerifyDeps): Promise<VerifySummary> {
  const { ledger, fs, clock } = deps;
  const findings = { missing: 0, altered: 0, unreadable: 0, orphaned: 0, "folder away": 0 };
  const counts = { source: 0, output: 0 };
  const total = extent(ledger).bytes;
  let done = 0;
  const tell = (finding: Finding | undefined) => {
    if (finding === undefined) return;
    findings[finding.kind]++;
    deps.onFinding(finding);
  };
  const look = async (expected: Expected) => {
    tell(await compare(expected, deps));
    counts[expected.what]++;
    done += expected.size;
    deps.onProgress?.(done, Math.max(done, total));
  };

  // First the names, so that hours of hashing lie between the two questions whether the ledger knows them.
  const nameless: string[] = [];
  for (const folder of new Set(outputFolders)) {
    try {
      for await (const path of outputFiles(folder, fs)) if (!isNamed(ledger, path)) nameless.push(path);
    } catch (error) {
      tell({ kind: "folder away", what: "output", path: folder, why: (error as Error).message });
    }
  }
  const roots = new Map<string, boolean>();
  for (const source of expectedSources(ledger)) if (await rootIsThere(source, roots, fs, tell)) await look(source);
  for (const output of expectedOutputs(ledger)) await look(output);
  for (const path of nameless) tell(await orphan(path, ledger, fs, clock));
  return { sources: counts.source, outputs: counts.output, bytes: done, findings };
}

async function compare(expected: Expected, { ledger, fs }: VerifyDeps): Promise<Finding | undefined> {
  const finding = judgeFile(expected, await findOut(expected, fs));
  if (finding === undefined) return undefined;
  // The daemon may be running: what the ledger says by now counts, if it says something else.
  const now = expectedNow(ledger, expected);
  if (now === undefined) return undefined;
  if (now.sha256 === expected.sha256 && now.size === expected.size) return finding;
  return judgeFile(now, await findOut(now, fs));
}

async function findOut({ path, size }: Expected, fs: VerifyDeps["fs"]): Promise<Found> {
  try {
    const stat = await fs.stat(path);
    if (stat === undefined) return { kind: "nothing" };
    if (stat.kind !== "file") return { kind: "unreadable", why: "it is not a file" };
    if (stat.size !== size) return { kind: "other size", size: stat.size };
    return { kind: "file", size: stat.size, sha256: await fs.hash(path) };
  } catch (error) {
    return { kind: "unreadable", why: (error as Error).message };
  }
}

/** A share that is not mounted is one finding, not one for each of its files. */
async function rootIsThere(
  { root }: ExpectedSource,
  known: Map<string, boolean>,
  fs: VerifyDeps["fs"],
  tell: (finding: Finding) => void,
): Promise<boolean> {
  const before = known.get(root);
  if (before !== undefined) return before;
  const failure = await fs.readdir(root).then(
    () => undefined,
    (error: Error) => error.message,
  );
  known.set(root, failure === undefined);
  if (failure !== undefined) tell({ kind: "folder away", what: "source", path: root, why: failure });
  return failure === undefined;
}

async function orphan(
  path: string,
  ledger: VerifyDeps["ledger"],
  fs: VerifyDeps["fs"],
  clock: Clock,
): Promise<Finding | undefined> {
  const stat = await fs.stat(path).catch(() => undefined);
  if (stat === undefined) return undefined; // renamed or replaced meanwhile: it was in the making
  const age = clock.now() - Math.max(stat.mtimeMs, stat.ctimeMs);
  if (age >= 0 && age < YOUNG_MS) await clock.sleep(YOUNG_MS - age);
  if (isNamed(ledger, path) || (await fs.stat(path).catch(() => undefined)) === undefined) return undefined;
  return { kind: "orphaned", what: "output", path, size: stat.size };
}
