import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { lockState, readOwner } from "../../src/service/lock.js";
import { systemClock } from "../../src/system/clock.js";

const repository = resolve(import.meta.dirname, "../..");
// Inside the repository, so that the other process finds node_modules; .tmp is ignored by git.
const compiled = join(repository, ".tmp", `lock-test-${process.pid}`);
let state: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  mkdirSync(compiled, { recursive: true });
  // The other process is a plain Node, which does not read TypeScript.
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: { noEmit: false, rootDir: "../../src", outDir: "out" },
    include: ["../../src/service/lock.ts"],
  };
  writeFileSync(join(compiled, "tsconfig.json"), JSON.stringify(config));
  execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", compiled]);
});
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "refocusd-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(state, { recursive: true, force: true });
});

/** Starts another process that takes the lock, and resolves with the first line it prints. */
async function anotherProcess(): Promise<{ child: ChildProcess; says: string }> {
  const script = `
    import { lockState } from ${JSON.stringify(join(compiled, "out/service/lock.js"))};
    try {
      lockState(${JSON.stringify(state)}, { now: () => 1700000000000 });
      console.log("locked");
      setInterval(() => {}, 1000);
    } catch (error) { console.log(error.code); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, says: line.toString().trim() };
}

test("keeps a second process out, which is told whose the folder is", async () => {
  const { child, says } = await anotherProcess();
  expect(says).toBe("locked");
  expect(readOwner(state)).toEqual({ pid: child.pid, startedAt: 1_700_000_000_000 });
  expect(() => lockState(state, systemClock)).toThrow(
    `RF_ALREADY_RUNNING: another refocusd uses this state folder (${state}, process ${child.pid}, since 2023-11-14T22:13:20.000Z)`,
  );
});

test("is free at once after its owner was killed", async () => {
  const { child } = await anotherProcess();
  child.kill("SIGKILL");
  await once(child, "exit");
  const lock = lockState(state, systemClock);
  expect(readOwner(state)?.pid).toBe(process.pid);
  expect((await anotherProcess()).says).toBe("RF_ALREADY_RUNNING");
  lock.release();
});

test("is free after release, which can be called twice", async () => {
  const lock = lockState(state, systemClock);
  lock.release();
  lock.release();
  expect(existsSync(join(state, "owner.json"))).toBe(false);
  expect((await anotherProcess()).says).toBe("locked");
});

test("keeps out a second start within the same process", () => {
  const lock = lockState(state, systemClock);
  expect(() => lockState(state, systemClock)).toThrow(/RF_ALREADY_RUNNING/);
  lock.release();
});

test("makes the folder, and says when it cannot", () => {
  lockState(join(state, "a", "b"), systemClock).release();
  expect(existsSync(join(state, "a", "b"))).toBe(true);
  writeFileSync(join(state, "file"), "");
  expect(() => lockState(join(state, "file", "state"), systemClock)).toThrow(/RF_STATE_UNWRITABLE/);
});

test("an owner file that makes no sense is no owner", () => {
  expect(readOwner(state)).toBeUndefined();
  writeFileSync(join(state, "owner.json"), '{"pid":"x"');
  expect(readOwner(state)).toBeUndefined();
});
