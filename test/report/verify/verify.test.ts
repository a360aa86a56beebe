import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Finding, judgeFile, looksLikeOutput } from "../../../src/report/verify/findings.js";
import { type VerifyDeps, verifyFiles } from "../../../src/report/verify/verify.js";
import { systemClock } from "../../../src/system/clock.js";
import { systemFileSystem } from "../../../src/system/file-system.js";
import {
  defocusedResult,
  frameResult,
  openTestLedger,
  settledSource,
  sha,
  temporaryFolder,
} from "../../ledger/support.js";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** Three judged sources, the first of which has a reconstruction. */
function setUp() {
  const folder = temporaryFolder();
  const [input, output] = [join(folder, "in"), join(folder, "out")];
  for (const each of [input, join(output, "sub")]) mkdirSync(each, { recursive: true });
  const ledger = openTestLedger({ path: join(folder, "ledger.sqlite") });
  const source = (name: string) => join(input, name);
  const made = join(output, "sub", "a.reconstructed.tif");
  writeFileSync(made, "refocused");
  for (const name of ["a.tif", "b.tif", "c.tif"]) {
    writeFileSync(source(name), `pixels of ${name}`);
    const text = `pixels of ${name}`;
    ledger.settled(input, settledSource(source(name), { sha256: hash(text), size: text.length }), undefined);
    const [job] = ledger.takeReady(9e9, 1);
    const reconstruction = { path: made, sha256: hash("refocused"), size: 9, trust: null };
    ledger.finished(job!.id, name === "a.tif" ? { ...defocusedResult(made), reconstruction } : frameResult(), 9e9);
  }
  const verify = async (changes: Partial<VerifyDeps> = {}, folders = [output]) => {
    const findings: Finding[] = [];
    const summary = await verifyFiles(folders, {
      ...{ ledger, fs: systemFileSystem, clock: systemClock, onFinding: (finding) => findings.push(finding) },
      ...changes,
    });
    return { summary, findings, told: findings.map(({ kind, path }) => `${kind} ${basename(path)}`) };
  };
  return { folder, input, output, ledger, source, made, verify };
}

/** Long enough ago that nobody can be writing it. */
function age(path: string, ms = 60_000): void {
  const then = new Date(systemClock.now() - ms);
  utimesSync(path, then, then);
}

/** ctime cannot be set, so a file is old only for a clock that is ahead. */
const lateClock = { ...systemClock, now: () => systemClock.now() + 60_000 };

describe("judgeFile", () => {
  const expected = { what: "source", path: "/a.tif", sha256: sha("a"), size: 10 } as const;
  it.each([
    [{ kind: "file", size: 10, sha256: sha("a") }, undefined],
    [{ kind: "file", size: 10, sha256: sha("b") }, "altered"],
    [{ kind: "other size", size: 11 }, "altered"],
    [{ kind: "nothing" }, "missing"],
    [{ kind: "unreadable", why: "EACCES" }, "unreadable"],
  ] as const)("%j: %s", (found, kind) => expect(judgeFile(expected, found)?.kind).toBe(kind));
});

describe("looksLikeOutput", () => {
  it.each([
    ["a.reconstructed.tif", true],
    ["a.p003.r2.reconstructed.tif", true],
    [".a.reconstructed.tif.tmp", true],
    ["a.focus-map.png", true],
    ["a.p003.trust-map.png", true],
    [".a.trust-map.png.tmp", true],
    ["a.extract.tif", true],
    ["focus-map.png", false],
    ["a.tif", false],
    ["notes.txt", false],
    ["a.reconstructed.tif.bak", false],
  ])("%s: %s", (name, is) => expect(looksLikeOutput(name)).toBe(is));
});

describe("verifyFiles", () => {
  it("finds nothing where all is well, and says how much it read", async () => {
    const { verify } = setUp();
    const progress: number[][] = [];
    const { summary, findings } = await verify({ onProgress: (...step) => progress.push(step) });
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ sources: 3, outputs: 1, bytes: 3 * 15 + 9 });
    expect(progress.at(-1)).toEqual([54, 54]);
    expect(progress).toHaveLength(4);
  });

  it("looks at maps and extracts as well", async () => {
    const { input, output, ledger, source, verify } = setUp();
    const maps = join(output, "maps");
    mkdirSync(maps);
    const path = join(maps, "d.focus-map.png");
    writeFileSync(path, "a picture");
    writeFileSync(source("d.tif"), "pixels of d.tif");
    ledger.settled(input, settledSource(source("d.tif"), { sha256: hash("pixels of d.tif"), size: 15 }), undefined);
    const [job] = ledger.takeReady(9e9, 1);
    const companion = { kind: "focus-map", path, sha256: hash("a picture"), size: 9 } as const;
    ledger.finished(job!.id, frameResult({ companions: [companion] }), 9e9);
    expect(ledger.story(path)[0]).toMatchObject({ path: source("d.tif"), companions: [companion] });

    const { findings, summary } = await verify();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ sources: 4, outputs: 2, bytes: 4 * 15 + 9 + 9 });
    writeFileSync(path, "A picture");
    writeFileSync(join(maps, "e.trust-map.png"), "nobody's");
    expect(new Set((await verify({ clock: lateClock })).told)).toEqual(
      new Set(["altered d.focus-map.png", "orphaned e.trust-map.png"]),
    );
  });

  it("finds what is altered, even under the same size and times, what is missing, and what has no row", async () => {
    const { source, made, output, verify } = setUp();
    const { atime, mtime } = statSync(source("a.tif"));
    writeFileSync(source("a.tif"), "Pixels of a.tif");
    utimesSync(source("a.tif"), atime, mtime);
    rmSync(source("b.tif"));
    appendFileSync(made, "!");
    writeFileSync(join(output, "z.reconstructed.tif"), "");
    writeFileSync(join(output, "sub", ".y.reconstructed.tif.tmp"), "");
    writeFileSync(join(output, "notes of somebody.txt"), "");
    const { findings, told, summary } = await verify({ clock: lateClock });
    expect(new Set(told)).toEqual(
      new Set([
        ...["altered a.reconstructed.tif", "altered a.tif", "missing b.tif"],
        ...["orphaned .y.reconstructed.tif.tmp", "orphaned z.reconstructed.tif"],
      ]),
    );
    expect(findings.find(({ path }) => path === source("a.tif"))).toEqual({
      ...{ kind: "altered", what: "source", path: source("a.tif") },
      expected: { sha256: hash("pixels of a.tif"), size: 15 },
      found: { sha256: hash("Pixels of a.tif"), size: 15 },
    });
    expect(summary.findings).toMatchObject({ altered: 2, missing: 1, orphaned: 2 });
  });

  it("tells one thing about a folder that is away, not one about each of its files", async () => {
    const { input, output, verify, folder } = setUp();
    renameSync(input, join(folder, "unmounted"));
    const { told, summary } = await verify({}, [output, join(folder, "never there")]);
    expect(told).toEqual(["folder away never there", "folder away in"]);
    expect(summary).toMatchObject({ sources: 0, outputs: 1 });
  });

  it("says what cannot be read, and goes on", async () => {
    const { source, verify } = setUp();
    rmSync(source("a.tif"));
    mkdirSync(source("a.tif"));
    const hashOrFail = (path: string) =>
      path === source("b.tif") ? Promise.reject(new Error("EIO: i/o error")) : systemFileSystem.hash(path);
    const { findings, summary } = await verify({ fs: { ...systemFileSystem, hash: hashOrFail } });
    expect(findings).toMatchObject([
      { kind: "unreadable", path: source("a.tif"), why: "it is not a file" },
      { kind: "unreadable", path: source("b.tif"), why: "EIO: i/o error" },
    ]);
    expect(summary.sources).toBe(3);
  });

  it("believes the daemon that settles a new content while it reads", async () => {
    const { input, ledger, source, verify } = setUp();
    writeFileSync(source("a.tif"), "new content");
    const stat = (path: string) => {
      const text = { sha256: hash("new content"), size: 11 };
      if (path === source("a.tif")) ledger.settled(input, settledSource(path, text), undefined);
      return systemFileSystem.stat(path);
    };
    expect((await verify({ fs: { ...systemFileSystem, stat } })).findings).toEqual([]);
  });

  it("gives a young file the time to get its row", async () => {
    const { output, ledger, input, source, verify } = setUp();
    const late = join(output, "c.reconstructed.tif");
    writeFileSync(late, "late");
    age(late, 1000);
    let slept = 0;
    const sleep = (ms: number) => {
      slept = ms;
      ledger.settled(input, settledSource(source("d.tif")), undefined);
      const [job] = ledger.takeReady(9e9, 1);
      ledger.finished(job!.id, defocusedResult(late), 9e9);
      return Promise.resolve();
    };
    expect((await verify({ clock: { ...systemClock, sleep } })).findings).toEqual([]);
    expect(slept).toBeGreaterThan(5000);
  });

  it("neither misses nor repeats a file where the ledger is read in many chunks", async () => {
    const { input, ledger, verify } = setUp();
    ledger.batch(() => {
      for (let i = 0; i < 1200; i++) ledger.settled(input, settledSource(join(input, `x${i}.tif`)), undefined);
    });
    const { findings, summary } = await verify();
    expect(new Set(findings.map(({ path }) => path)).size).toBe(1200);
    expect(summary).toMatchObject({ sources: 1203, findings: { missing: 1200 } });
  });

  it("does not ask for what the ledger knows to be gone or never was a frame", async () => {
    const { input, ledger, verify } = setUp();
    ledger.settled(input, settledSource(join(input, "gone.tif")), undefined);
    ledger.gone(join(input, "gone.tif"), 9e9);
    ledger.rejected(input, join(input, "empty.tif"), { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 9e9);
    expect((await verify()).findings).toEqual([]);
  });
});
