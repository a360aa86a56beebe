import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { type HintKind, Hints } from "../../src/watch/hints.js";
import { pause, until } from "./support/real-watch.js";

let root: string;
let heard: { path: string; kind: HintKind }[];
let hints: Hints;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "hints-"));
  heard = [];
  hints = new Hints((path, kind) => heard.push({ path, kind }), silentLog);
});
afterEach(async () => {
  await hints.close();
  await rm(root, { recursive: true, force: true });
});

const hasHeard = (file: string, kind: HintKind) => heard.some((hint) => hint.path === file && hint.kind === kind);

/** inotify watches of this process. */
function watches(): number {
  const read = (fd: string) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
    } catch {
      return "";
    }
  };
  const infos = readdirSync("/proc/self/fdinfo").map(read);
  return infos.reduce((sum, info) => sum + (info.match(/^inotify wd/gm)?.length ?? 0), 0);
}

it("tells of new and of written files, but only while it follows their folder", async () => {
  const file = path.join(root, "a.tif");
  hints.follow([root]);
  await pause(50);
  await writeFile(file, "x");
  await until(() => hasHeard(file, "entry") && hasHeard(file, "content"));
  hints.follow([]);
  heard.length = 0;
  await writeFile(file, "y");
  await pause(100);
  expect([heard, hints.folders]).toEqual([[], 0]);
});

it.skipIf(!existsSync("/proc/self/fdinfo"))("takes one inotify watch per folder, whatever is in it", async () => {
  for (let i = 0; i < 300; i++) await writeFile(path.join(root, `t${i}.tif`), "x");
  await mkdir(path.join(root, "sub"));
  const before = watches();
  hints.follow([root, path.join(root, "sub")]);
  await until(() => watches() === before + 2);
  await writeFile(path.join(root, "new.tif"), "x");
  await pause(100);
  expect(watches()).toBe(before + 2);
  await hints.close();
  expect(watches()).toBe(before);
});

it("does not list the folder at each event, which would cost a stat of every file in it", async () => {
  for (let i = 0; i < 3000; i++) await writeFile(path.join(root, `t${i}.tif`), "x");
  hints.follow([root]);
  await pause(50);
  const before = process.cpuUsage();
  for (let i = 0; i < 30; i++) {
    await writeFile(path.join(root, "new.tif"), "x".repeat(i));
    await pause(10);
  }
  const { user, system } = process.cpuUsage(before);
  // chokidar as it comes takes some 500 ms here.
  expect((user + system) / 1000).toBeLessThan(200);
});

it("can follow a folder again after it was removed or moved and made anew", async () => {
  const folder = path.join(root, "run");
  for (const end of [() => rm(folder, { recursive: true }), () => rename(folder, path.join(root, "old"))]) {
    await mkdir(folder);
    hints.follow([root, folder]);
    await pause(50);
    await end();
    await until(() => hints.folders === 1);
    await mkdir(folder);
    hints.follow([root, folder]);
    await pause(50);
    const file = path.join(folder, "a.tif");
    heard.length = 0;
    await writeFile(file, "x");
    await until(() => hasHeard(file, "entry"));
    await rm(folder, { recursive: true });
    await pause(50);
  }
});

it("survives a folder that is not there", async () => {
  hints.follow([path.join(root, "nowhere")]);
  await pause(50);
  hints.follow([root]);
  await pause(50);
  await writeFile(path.join(root, "a.tif"), "x");
  await until(() => heard.length > 0);
});
