// A day of 10,000 frames: what its log and its page cost. npm run bench:day -- [--positions 100] [--times 100] [--pictures 24]
// The ledger is filled through the daemon's own code; the page is written as the daemon does, in a process of its own.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { DayPageRequest } from "../src/app/day-page/day-page-process.js";
import { openLedger } from "../src/ledger/open.js";
import { writeDailyLog } from "../src/report/daily-log.js";
import { dayRange, localTimeZone } from "../src/report/local-day.js";

import { systemClock } from "../src/system/clock.js";
import { openInChromium } from "./day/browser.js";
import { fillDay, writeStandIns } from "./day/fill.js";

const { values: options } = parseArgs({
  options: {
    positions: { type: "string", default: "100" },
    times: { type: "string", default: "100" },
    pictures: { type: "string", default: "24" },
    /** Leaves the folder where it is. */
    keep: { type: "boolean", default: false },
    out: { type: "string", default: "bench/results/day.json" },
    work: { type: "string", default: join(tmpdir(), "refocusd-bench") },
  },
});
const [positions, times] = [Number(options.positions), Number(options.times)];
const DAY = "2026-11-23";
const RUNS = 3;
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

const say = (line: string) => process.stdout.write(`${line}\n`);
const load = loadavg()[0]!;
await mkdir(options.work, { recursive: true });
const folder = await mkdtemp(join(options.work, "day-"));
try {
  const standIns = await writeStandIns(options.work, say);
  const { startMs, endMs } = dayRange(DAY, localTimeZone());
  const clock = { ...systemClock, now: () => endMs + 300_000 };
  const ledger = openLedger(join(folder, "ledger.sqlite"), { clock: { ...clock, now: () => startMs } });
  const engine = { name: "onnx", version: "1.30.0", device: "cpu" };
  ledger.startRun({ version: "bench", configSha256: "0".repeat(64), host: "bench", engine });
  await fillDay(ledger, folder, { positions, times, defocusedEvery: 20, startMs }, standIns);
  ledger.checkpoint();

  say(`${positions * times} frames are in the ledger; load ${load}`);
  const logs = [];
  for (let run = 0; run < RUNS; run++) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const begun = performance.now();
    const log = await writeDailyLog({ ledgerPath: ledger.path, day: DAY, folder: join(folder, "log"), clock });
    logs.push({ ms: performance.now() - begun, standstillMs: delay.max / 1e6, ...log });
    delay.disable();
  }
  const log = logs[0]!;
  const pages = [];
  for (let run = 0; run < RUNS; run++) pages.push(await writePage(log.path, ledger.path));
  ledger.close();
  const page = log.path.replace(/sqlite$/, "html");
  const opened = [];
  if (CHROMIUM !== undefined) for (let run = 0; run < RUNS; run++) opened.push(await openInChromium(CHROMIUM, page));

  const result = {
    machine: { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: availableParallelism(), node: process.version },
    load: { before: load, after: loadavg()[0]! },
    frames: log.frames,
    events: log.events,
    logMs: median(logs.map(({ ms }) => ms)),
    standstillMs: median(logs.map(({ standstillMs }) => standstillMs)),
    logBytes: log.size,
    pageMs: median(pages.map(({ ms }) => ms)),
    pagePeakMiB: median(pages.map(({ peakMiB }) => peakMiB)),
    pageBytes: (await stat(page)).size,
    ...(opened.length > 0 && {
      firstPaintMs: median(opened.map(({ firstPaintMs }) => firstPaintMs)),
      loadedMs: median(opened.map(({ loadedMs }) => loadedMs)),
      elements: opened[0]!.elements,
      otherRequests: opened[0]!.otherRequests,
    }),
  };
  await mkdir(dirname(resolve(options.out)), { recursive: true });
  await writeFile(options.out, `${JSON.stringify(result, null, 2)}\n`);
  say(table(result));
  if (CHROMIUM === undefined) say("no Chromium here: the page was not opened");
} finally {
  if (options.keep) say(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}

async function writePage(log: string, ledger: string): Promise<{ ms: number; peakMiB: number }> {
  const rules = {
    reconstructionOf: ["defocused"],
    placeholder: false,
    intervalMs: null,
    intervalTolerance: 0.5,
  } as const;
  const request: DayPageRequest = { log, ledger, rules, pictures: Number(options.pictures), maxPixels: 64e6 };
  const main = resolve("dist/app/day-page/day-page-main.js");
  const begun = performance.now();
  const child = spawn(process.execPath, [main, JSON.stringify(request)], { stdio: "inherit" });
  let peakMiB = 0;
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, highWaterMiB(child.pid));
  }, 20);
  const code = await new Promise((done) => child.once("exit", done)).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`the page was not written: ${String(code)}`);
  return { ms: performance.now() - begun, peakMiB };
}

/** Linux only. */
function highWaterMiB(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1]!);
}

function table(result: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(result).filter(([, value]) => typeof value === "number");
  return rows.map(([name, value]) => `${name.padEnd(16)} ${String(value)}`).join("\n");
}
