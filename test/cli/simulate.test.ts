import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { addSimulateCommand } from "../../src/cli/simulate.js";

const samples = resolve(import.meta.dirname, "../../samples");
let target: string;
let printed: string;
beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), "refocusd-test-"));
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.removeAllListeners("SIGINT");
  process.removeAllListeners("SIGTERM");
  await rm(target, { recursive: true });
});

async function run(...args: string[]): Promise<void> {
  const program = new Command();
  addSimulateCommand(program);
  await program.parseAsync(["simulate", "--to", target, "--mode", "burst", ...args], { from: "user" });
}

it("replays a folder byte for byte, in the order of taking, one line per frame", async () => {
  await run("--from", samples);
  const names = (await readdir(samples)).filter((name) => name.endsWith(".tif"));
  expect((await readdir(target)).toSorted()).toEqual(names.toSorted());
  for (const name of names.slice(0, 3)) {
    expect((await readFile(join(target, name))).equals(await readFile(join(samples, name)))).toBe(true);
  }
  const lines = printed.trimEnd().split("\n");
  expect(lines).toHaveLength(names.length);
  expect(lines[0]).toBe(" 1/24  demo_t01xy1c1.tif  0.66 MB");
  expect(lines[2]).toContain("demo_t02xy1c1.tif");
});

it("renders a phantom, and says what is true about each frame", async () => {
  await run("--phantom", "--positions", "1", "--times", "2", "--size", "64", "--defocused", "0.5", "--json");
  const lines = printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { name: string; note: string });
  expect(lines.map(({ name }) => name)).toEqual(["phantom_t1xy1c1.tif", "phantom_t2xy1c1.tif"]);
  expect(lines.filter(({ note }) => note.startsWith("out of focus by"))).toHaveLength(1);
});
