import { createHash } from "node:crypto";
import { link, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLedgerSink } from "../../src/app/daemon/ledger-sink.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { openLedger } from "../../src/ledger/open.js";
import type { FrameResult } from "../../src/ledger/types.js";
import { systemClock } from "../../src/system/clock.js";
import { nisName } from "../../src/train/phantom/nis-file.js";
import { smallTiff } from "../../test/faults/frames.js";
import { places } from "./daemon.js";

/** ext4 allows 65,000. */
const LINKS = 50_000;
const BATCH = 1_000;
const POSITIONS = 100;

/**
 * Fills a folder with `count` small frames, and a ledger with the rows that the daemon would have written about them, by the daemon's own
 * code. The files are links to a few, which saves making 100,000: they are as many names and stats as ever.
 * @param state whether they were judged, or wait for their turn
 */
export async function fill(folder: string, count: number, state: "done" | "ready"): Promise<void> {
  const { incoming, state: stateFolder, ledger: ledgerFile } = places(folder);
  await mkdir(incoming, { recursive: true });
  await mkdir(stateFolder, { recursive: true });
  const series = { positions: POSITIONS, times: Math.ceil(count / POSITIONS) };
  const paths = Array.from({ length: count }, (_, k) =>
    join(incoming, nisName("known", { position: (k % POSITIONS) + 1, time: Math.floor(k / POSITIONS) + 1 }, series)),
  );
  const hashes: string[] = [];
  for (let first = 0; first < count; first += LINKS) {
    const bytes = smallTiff(first + 1);
    hashes.push(createHash("sha256").update(bytes).digest("hex"));
    await writeFile(paths[first]!, bytes);
    for (const path of paths.slice(first + 1, first + LINKS)) await link(paths[first]!, path);
  }
  const ledger = openLedger(ledgerFile, { clock: systemClock });
  try {
    ledger.startRun({ version: "0", configSha256: "0".repeat(64), host: "bench", engine: null });
    const sink = createLedgerSink({ root: incoming, naming: "nis" }, { ledger, onReady: () => undefined });
    for (let first = 0; first < count; first += BATCH) {
      const stats = await Promise.all(
        paths.slice(first, first + BATCH).map(async (path) => ({ path, stat: await stat(path) })),
      );
      ledger.batch(() => {
        for (const [k, { path, stat }] of stats.entries()) {
          const { size, mtimeMs, ctimeMs } = stat;
          const sha256 = hashes[Math.floor((first + k) / LINKS)]!;
          const file = { path, size, mtimeMs, ctimeMs, sha256, type: "tiff", pages: 1 } as const;
          sink.seen(path, ctimeMs);
          sink.settled({ ...file, settledAtMs: ctimeMs + 1000, lastChangeMs: ctimeMs });
        }
      });
    }
    if (state === "done") finishAll(ledger);
    ledger.checkpoint();
  } finally {
    ledger.close();
  }
}

function finishAll(ledger: Ledger): void {
  for (let left = true; left; ) {
    ledger.batch(() => {
      const jobs = ledger.takeReady(systemClock.now(), BATCH);
      for (const { id } of jobs) ledger.finished(id, RESULT, systemClock.now());
      left = jobs.length > 0;
    });
  }
}

const RESULT: FrameResult = {
  verdict: "focused",
  pDefocused: 0.0213,
  focusMap: [
    [0.0112, 0.0213, 0.0314],
    [0.0112, 0.0213, 0.0314],
    [0.0112, 0.0213, 0.0314],
  ],
  facts: { width: 72, height: 72, channels: 1, bitDepth: 16, pixelSizeUm: 0.65 },
  thresholds: { focusedBelow: 0.35, defocusedAbove: 0.65 },
  scores: { tenengrad: 1234.5, laplacianVariance: 234.56, brenner: 345.67, blankTiles: 0 },
  timings: { read: 1.2, decode: 2.3, judge: 45.6, covariates: 3.4 },
  classifier: { name: "sdcnn", version: "1.1.0", sha256: "0".repeat(64) },
  reconstructor: null,
  engine: { name: "onnx", version: "1.30.0", device: "cpu" },
  reconstruction: null,
};
