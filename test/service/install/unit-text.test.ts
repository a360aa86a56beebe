import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { foldersDropIn, unitPath, unitText } from "../../../src/service/install/unit-text.js";

const template = readFileSync(resolve(import.meta.dirname, "../../../systemd/refocusd.service"), "utf8");
const linesOf = (text: string, key: string) => text.split("\n").filter((line) => line.startsWith(`${key}=`));

describe("the unit", () => {
  test("is as it comes, where everything lies in the usual places", () => {
    expect(unitText(template, { node: "/usr/bin/node", app: "/opt/refocusd" })).toBe(template);
  });

  test("gets the paths of this installation", () => {
    const text = unitText(template, { node: "/opt/node 22/bin/node", app: "/srv/100%/re&focusd" });
    expect(linesOf(text, "ExecStart")).toEqual([
      'ExecStart="/opt/node 22/bin/node" --max-semi-space-size=4 /srv/100%%/re&focusd/dist/cli/main.js run -c /etc/refocusd/refocusd.yaml',
    ]);
    expect(linesOf(text, "Documentation")).toEqual(["Documentation=file:/srv/100%%25/re&focusd/README.md"]);
    expect(text.split("\n").length).toBe(template.split("\n").length);
  });
});

test("a path is a word of the unit, whatever is in it", () => {
  expect(unitPath("/srv/microscope/export")).toBe("/srv/microscope/export");
  expect(unitPath("/srv/µ scope")).toBe('"/srv/µ scope"');
  expect(unitPath('/a"b\\c')).toBe('"/a\\"b\\\\c"');
  expect(unitPath("/a'b")).toBe('"/a\'b"');
  expect(unitPath("/100%")).toBe("/100%%");
});

test("a path that a unit cannot name is refused", () => {
  for (const path of ["/a\nb", "/a$b", "/a\u0000"]) expect(() => unitPath(path)).toThrow(/RF_USAGE/);
  expect(() => unitText(template, { node: "/opt/no'de", app: "/opt/refocusd" })).toThrow(/RF_USAGE/);
});

describe("the folders", () => {
  const folders = { watched: ["/mnt/a", "/mnt/b c"], writable: ["/srv/out", "/srv/b c"], mounts: true };

  test("are mounted first, and the output folders can be written", () => {
    const text = foldersDropIn(folders);
    expect(linesOf(text, "RequiresMountsFor")).toEqual(["RequiresMountsFor=/mnt/a", 'RequiresMountsFor="/mnt/b c"']);
    expect(linesOf(text, "ReadWritePaths")).toEqual(["ReadWritePaths=-/srv/out", 'ReadWritePaths="-/srv/b c"']);
  });

  test("are not waited for when that is not wanted", () => {
    expect(foldersDropIn({ ...folders, mounts: false })).not.toMatch(/RequiresMountsFor|\[Unit\]/);
  });

  test("all of whose outputs are the service's own need no further rights", () => {
    expect(foldersDropIn({ ...folders, writable: [] })).not.toMatch(/ReadWritePaths|\[Service\]/);
  });
});

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasAnalyze)("systemd-analyze, where it is installed, understands unusual paths", () => {
  const folder = mkdtempSync(join(tmpdir(), "refocusd unit 100% "));
  try {
    const node = join(folder, "my node");
    symlinkSync(process.execPath, node);
    const unit = join(folder, "refocusd.service");
    writeFileSync(unit, unitText(template, { node, app: join(folder, 'a"pp\\') }));
    mkdirSync(`${unit}.d`);
    const odd = ["/mnt/b c", '/mnt/"q"', "/mnt/50%", "/mnt/back\\slash"];
    writeFileSync(join(`${unit}.d`, "10-folders.conf"), foldersDropIn({ watched: odd, writable: odd, mounts: true }));
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    const said = `${stdout}${stderr}`
      .split("\n")
      .filter((line) => line !== "" && !/'Restart(Steps|MaxDelaySec)'/.test(line));
    expect(said).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
