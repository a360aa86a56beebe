// Loaded into the daemon and its workers by the fault harness (NODE_OPTIONS), never shipped. It makes the process die at a chosen
// step, or on a chosen frame, by wrapping the system calls in which steps of a frame begin and end: the daemon's own code is untouched.
//
//   REFOCUSD_DIE_AT=<n>        SIGKILL to itself before the n-th such call of this process (counted from 1)
//   REFOCUSD_DIE_IN=worker|supervisor   which of the processes counts
//   REFOCUSD_DIE_ONCE=<file>   made just before dying; where it exists nobody dies
// Files named poison-abort*, poison-hang*, poison-memory* do to the worker that reads them what they say.
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { basename } from "node:path";

const isWorker = process.argv[1]?.endsWith("worker/main.js") ?? false;
const { REFOCUSD_DIE_AT: at, REFOCUSD_DIE_IN: where, REFOCUSD_DIE_ONCE: once, REFOCUSD_STEPS: steps } = process.env;
const counts = at !== undefined && (where === "worker") === isWorker;
let calls = 0;

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
      for (;;) hoard.push(new Array(2e7).fill(hoard.length));
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
