import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { closedPart } from "../../../src/service/install/closed-path.js";
import { execute } from "../../../src/service/install/execute.js";
import type { Step } from "../../../src/service/install/step.js";

let root: string;
let said: string[];
let ran: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "refocusd-root-"));
  said = [];
  ran = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const does = (steps: readonly Step[], changes: { dryRun?: boolean; root?: string } = {}) =>
  execute(steps, {
    ...{ root, dryRun: false, say: (line) => void said.push(line) },
    run: (command, words) => {
      ran.push([command, ...words].join(" "));
      return command === "false" ? Promise.reject(new Error("exit code 1")) : Promise.resolve();
    },
    ...changes,
  });

const unit: Step = { kind: "file", path: "/etc/a/unit", content: "new\n", mode: 0o644 };
const folder: Step = { kind: "folder", path: "/etc/b", mode: 0o750 };
const command: Step = { kind: "run", command: "systemctl", arguments: ["daemon-reload"], why: "it reads" };
const mode = (path: string) => statSync(join(root, path)).mode & 0o777;

test("writes files whole, makes folders, with the modes they should have", async () => {
  await does([folder, unit]);
  expect(said).toEqual(["made /etc/b", "wrote /etc/a/unit"]);
  expect(readFileSync(join(root, "etc/a/unit"), "utf8")).toBe("new\n");
  expect([mode("etc/b"), mode("etc/a/unit")]).toEqual([0o750, 0o644]);
  expect(readdirSync(join(root, "etc/a"))).toEqual(["unit"]);
});

test("a second time changes nothing, and says so", async () => {
  await does([folder, unit]);
  const before = statSync(join(root, "etc/a/unit")).ino;
  said = [];
  await does([folder, unit]);
  expect(said).toEqual(["/etc/b is there", "/etc/a/unit is up to date"]);
  expect(statSync(join(root, "etc/a/unit")).ino).toBe(before);
});

test("an older file is renewed, one that is to be kept is not", async () => {
  mkdirSync(join(root, "etc/a"), { recursive: true });
  writeFileSync(join(root, "etc/a/unit"), "mine\n");
  await does([{ ...unit, keep: true }]);
  expect(readFileSync(join(root, "etc/a/unit"), "utf8")).toBe("mine\n");
  await does([unit]);
  expect(readFileSync(join(root, "etc/a/unit"), "utf8")).toBe("new\n");
  expect(said).toEqual(["/etc/a/unit stays as it is", "renewed /etc/a/unit"]);
});

test("a dry run says the same and does nothing", async () => {
  mkdirSync(join(root, "old"));
  const remove: Step = { kind: "remove", path: "/old", what: "tree" };
  await does([folder, unit, remove], { dryRun: true });
  expect(said).toEqual(["would make /etc/b", "would write /etc/a/unit", "would remove /old"]);
  await does([command], { dryRun: true, root: "/" });
  expect(said.at(-1)).toBe("would run systemctl daemon-reload (it reads)");
  expect(readdirSync(root)).toEqual(["old"]);
  expect(ran).toEqual([]);
});

test("commands change this system only, never the one that runs here when another root is meant", async () => {
  await does([command]);
  expect(ran).toEqual([]);
  expect(said).toEqual(["left to that system itself: systemctl daemon-reload (it reads)"]);
  await does([command], { root: "/" });
  expect(ran).toEqual(["systemctl daemon-reload"]);
});

describe("removing", () => {
  test("takes files and trees away, and is content with what is not there", async () => {
    await does([unit, folder]);
    said = [];
    const steps: Step[] = [
      { kind: "remove", path: "/etc/a/unit", what: "file" },
      { kind: "remove", path: "/etc/a", what: "empty" },
      { kind: "remove", path: "/etc", what: "tree" },
    ];
    await does(steps);
    await does(steps);
    expect(said).toEqual([
      ...steps.map((step) => `removed ${(step as { path: string }).path}`),
      ...steps.map((step) => `${(step as { path: string }).path} is not there`),
    ]);
    expect(existsSync(join(root, "etc"))).toBe(false);
  });

  test("leaves a folder in which there is something else", async () => {
    await does([unit]);
    await does([{ kind: "remove", path: "/etc/a", what: "empty" }]);
    expect(said.at(-1)).toBe("/etc/a stays, something of yours is in it");
    expect(existsSync(join(root, "etc/a/unit"))).toBe(true);
  });
});

test("stops at the first step that fails, and says which", async () => {
  const failing: Step = { kind: "run", command: "false", arguments: ["x"], why: "no" };
  await expect(does([failing, command], { root: "/" })).rejects.toMatchObject({
    code: "RF_SERVICE_STEP",
    detail: "false x: exit code 1",
  });
  expect(ran).toEqual(["false x"]);
  writeFileSync(join(root, "etc"), "not a folder");
  await expect(does([folder])).rejects.toMatchObject({ code: "RF_SERVICE_STEP" });
});

test("finds the part of a path that other users cannot pass", async () => {
  mkdirSync(join(root, "home/app"), { recursive: true });
  writeFileSync(join(root, "home/app/main.js"), "");
  // The test's own folder is closed to others; what is below it is what counts here.
  chmodSync(root, 0o755);
  expect(await closedPart(join(root, "home/app/main.js"))).toBeUndefined();
  chmodSync(join(root, "home"), 0o700);
  expect(await closedPart(join(root, "home/app/main.js"))).toBe(join(root, "home"));
  chmodSync(join(root, "home"), 0o711);
  expect(await closedPart(join(root, "home/app/main.js"))).toBeUndefined();
  chmodSync(join(root, "home/app/main.js"), 0o600);
  expect(await closedPart(join(root, "home/app/main.js"))).toBe(join(root, "home/app/main.js"));
});
