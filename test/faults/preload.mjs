// Loaded into the daemon and its workers by the fault harness (NODE_OPTIONS), never shipped. It makes the process die at a chosen
// step, or on a chosen frame, by wrapping the system calls in which steps of a frame begin and end: the daemon's own code is untouched.
//
//   REFOCUSD_DIE_AT=<n>        SIGKILL to itself before the n-th such call of this process (counted from 1)
//   REFOCUSD_DIE_IN=worker|supervisor   which of the processes counts
//   REFOCUSD_DIE_ONCE=<file>   made just before dying; where it exists nobody dies
//   REFOCUSD_CLOCK=<file>      lines of two numbers: since when (true time, ms), and by how much the clock is wrong (ms)
// Files named poison-abort*, poison-hang*, poison-memory* do to the worker that reads them what they say.
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";

const isWorker = process.argv[1]?.endsWith("worker/main.js") ?? false;
if (process.env.REFOCUSD_CLOCK) moveClock(process.env.REFOCUSD_CLOCK);
const { REFOCUSD_DIE_AT: at, REFOCUSD_DIE_IN: where, REFOCUSD_DIE_ONCE: once, REFOCUSD_STEPS: steps } = process.env;
const counts = at !== undefined && (where === "worker") === isWorker;
let calls = 0;

/** Date, and the stamps of files, as a clock shows them that was moved; what measures durations is as it was. */
function moveClock(file) {
  const TrueDate = Date;
  let moves = [];
  let size = -1;
  const shown = (trueMs) => {
    // Asked each time, so that one stamp is never told in two ways.
    const found = statSync(file).size;
    if (found !== size) {
      size = found;
      const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
      moves = lines.map((line) => line.split(" ").map(Number));
    }
    const move = moves.findLast(([sinceMs]) => sinceMs <= trueMs);
    return trueMs + (move?.[1] ?? 0);
  };
  const now = () => shown(TrueDate.now());
  globalThis.Date = new Proxy(TrueDate, {
    construct: (_, a, newTarget) => Reflect.construct(TrueDate, a.length === 0 ? [now()] : a, newTarget),
    apply: () => new TrueDate(now()).toString(),
    get: (_, key) => (key === "now" ? now : Reflect.get(TrueDate, key)),
  });
  const { stat } = fs;
  fs.stat = async (...a) => {
    const found = await stat(...a);
    // The kernel stamped it by the clock of that moment. A stamp that a program set is older than all moves, and stays.
    for (const name of ["mtimeMs", "ctimeMs"]) if (name in found) found[name] = shown(found[name]);
    return found;
  };
}

function step(name) {
  if (!counts) return;
  calls++;
  if (steps) appendFileSync(steps, `${where} ${calls} ${name}\n`);
  if (calls !== Number(at) || existsSync(once)) return;
  writeFileSync(once, name);
  process.kill(process.pid, "SIGKILL");
}

if (isWorker) {
  const readFile = fs.readFile;
  fs.readFile = async (path, ...rest) => {
    const name = basename(String(path));
    if (name.startsWith("poison-abort")) process.abort();
    if (name.startsWith("poison-hang")) for (;;);
    if (name.startsWith("poison-memory")) {
      const hoard = [];
      // Arrays, not buffers: they fill the heap of V8, whose limit the harness lowers.
      for (;;) hoard.push(new Array(3e7));
    }
    if (/\.tiff?$/i.test(name)) step("read source");
    return readFile(path, ...rest);
  };
  const open = fs.open;
  fs.open = async (path, flags, ...rest) => {
    if (flags === "w") step("open temporary file");
    const handle = await open(path, flags, ...rest);
    for (const name of ["writeFile", "sync", "close"]) {
      const call = handle[name];
      handle[name] = (...a) => {
        step(name);
        return call.apply(handle, a);
      };
    }
    return handle;
  };
  const rename = fs.rename;
  fs.rename = async (...a) => {
    step("before rename");
    await rename(...a);
    step("after rename");
  };
  const send = process.send?.bind(process);
  if (send) {
    process.send = (message, ...rest) => {
      if (message?.kind === "done") step("before the result is sent");
      return send(message, ...rest);
    };
  }
} else if (counts) {
  // Each statement that writes, from outside SQLite: before it, and before and after the commit that makes it count.
  const Database = createRequire(import.meta.url)("better-sqlite3");
  const probe = new Database(":memory:");
  const statement = Object.getPrototypeOf(probe.prepare("SELECT 1"));
  probe.close();
  const { run } = statement;
  statement.run = function (...a) {
    const text = this.source.trim().replace(/\s+/g, " ").slice(0, 60);
    step(`before ${text}`);
    const result = run.apply(this, a);
    if (/^(COMMIT|END)/i.test(text)) step(`after ${text}`);
    return result;
  };
}
syncBuiltinESMExports();
