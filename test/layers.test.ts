import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFile, sourceFiles } from "./support/source-files.js";

/** From the top down; a room may import rooms of later lines only, and itself. */
const LAYERS: readonly (readonly string[])[] = [
  ["cli"],
  ["app"],
  ["web", "report", "notify", "series"],
  ["pipeline", "service"],
  ["focus", "restore", "watch", "simulate"],
  ["frames", "engines", "models", "ledger", "optics"],
  ["config", "log"],
  ["errors", "system"],
];

/** Rooms with a list of their own; of `report`, `evaluate` takes only the page's templates and style; `simulate` stands beside watch but must work without the daemon's parts. */
const NARROWER: Readonly<Record<string, readonly string[]>> = {
  train: ["focus", "restore", "optics", "frames", "engines", "models", "errors", "system"],
  evaluate: ["train", "report", "focus", "restore", "optics", "frames", "engines", "models", "errors", "system"],
  simulate: ["frames", "errors", "system"],
};

/** Heavy or native packages, and the only places that may load them. */
const KEEPERS: Readonly<Record<string, RegExp>> = {
  chokidar: /^watch\/hints\.ts$/,
  "better-sqlite3": /^(ledger|report|service)\//,
  sharp: /^(frames|train)\//,
  "onnxruntime-node": /^engines\//,
  "@tensorflow/tfjs-node-gpu": /^engines\//,
  "@tensorflow/tfjs": /^(engines|train)\//,
  winston: /^log\//,
  "winston-daily-rotate-file": /^log\//,
  yaml: /^config\//,
};

const CLOCKLESS = new Set(["system", "cli", "train", "simulate"]);
const CLOCK =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b|\bAbortSignal\.timeout\b|\bset(?:Timeout|Interval)\b/g;

const files = sourceFiles();
const names = new Set(files.map((file) => file.name));

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  if (to === "train") return from === "cli" || from === "app" || from === "evaluate";
  if (to === "evaluate") return from === "cli";
  const own = NARROWER[from];
  if (own !== undefined) return own.includes(to);
  const level = (room: string) => LAYERS.findIndex((layer) => layer.includes(room));
  return level(from) >= 0 && level(to) > level(from);
}

function wrongDirections(file: SourceFile): string[] {
  const rooms = file.files.map((target) => target.split("/")[0] ?? "");
  return file.files.filter((_, i) => !mayImport(file.room, rooms[i] ?? "")).map((target) => `${file.name} → ${target}`);
}

function misplacedPackages(file: SourceFile): string[] {
  return file.packages
    .filter((name) => KEEPERS[name]?.test(file.name) === false)
    .map((name) => `${file.name} → ${name}`);
}

function clockUses(file: SourceFile): string[] {
  if (CLOCKLESS.has(file.room)) return [];
  return [...file.code.matchAll(CLOCK)].map((match) => `${file.name}: ${match[0]}`);
}

/** The first ring of imports, as the names along it, or undefined. */
function findCycle(all: readonly SourceFile[]): string[] | undefined {
  const targets = new Map(all.map((file) => [file.name, file.files]));
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const target of targets.get(name) ?? []) {
      const cycle = visit(target, [...way, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of all) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("the source", () => {
  test("has only rooms that the design knows", () => {
    const known = [...LAYERS.flat(), "train", "evaluate"];
    expect(files.filter((file) => !known.includes(file.room)).map((file) => file.name)).toEqual([]);
  });

  test("imports only files that exist", () => {
    const lost = files.flatMap((f) => f.files.filter((to) => !names.has(to)).map((to) => `${f.name} → ${to}`));
    expect(lost).toEqual([]);
  });

  test("depends downwards only", () => {
    expect(files.flatMap(wrongDirections)).toEqual([]);
  });

  test("has no import cycles", () => {
    expect(findCycle(files)).toBeUndefined();
  });

  test("loads native and heavy packages only where they belong", () => {
    expect(files.flatMap(misplacedPackages)).toEqual([]);
  });

  test("takes time from the injected clock (rule 7)", () => {
    expect(files.flatMap(clockUses)).toEqual([]);
  });
});

describe("these checks", () => {
  const check = (name: string, text: string) => sourceFile(name, text);

  test("see every form of import", () => {
    const text = [
      'import { a } from "./a.js";',
      'import type {\n  B,\n  C,\n} from "../b/b.js";',
      'export * from "./c.js";',
      'import "./d.js";',
      'const e = await import("./e.js");',
      'const f = require("sharp");',
      'import g from "@tensorflow/tfjs/dist/x.js";',
      '// import "./comment.js"',
      '/* import "./comment.js"; */ const address = "http://x/y"; // import("./comment.js")',
    ].join("\n");
    expect(check("frames/x.ts", text)).toMatchObject({
      files: ["frames/a.ts", "b/b.ts", "frames/c.ts", "frames/d.ts", "frames/e.ts"],
      packages: ["@tensorflow/tfjs", "sharp"],
    });
  });

  test.each([
    ["ledger/x.ts", "../pipeline/y.js"],
    ["ledger/x.ts", "../frames/y.js"],
    ["config/x.ts", "../log/y.js"],
    ["errors/x.ts", "../system/y.js"],
    ["pipeline/x.ts", "../train/y.js"],
    ["train/x.ts", "../config/y.js"],
    ["simulate/x.ts", "../ledger/y.js"],
    ["train/x.ts", "../evaluate/y.js"],
    ["evaluate/x.ts", "../pipeline/y.js"],
  ])("refuse %s → %s", (name, target) => {
    expect(wrongDirections(check(name, `import "${target}";`))).toHaveLength(1);
  });

  test.each([
    ["cli/x.ts", "../train/y.js"],
    ["app/x.ts", "../train/y.js"],
    ["app/x.ts", "../ledger/y.js"],
    ["watch/x.ts", "../frames/y.js"],
    ["watch/x.ts", "./containers/y.js"],
    ["train/x.ts", "../frames/y.js"],
    ["config/x.ts", "../errors/y.js"],
    ["evaluate/x.ts", "../train/y.js"],
  ])("allow %s → %s", (name, target) => {
    expect(wrongDirections(check(name, `import "${target}";`))).toEqual([]);
  });

  test("find packages in the wrong place", () => {
    expect(misplacedPackages(check("watch/watcher.ts", 'import { watch } from "chokidar";'))).toHaveLength(1);
    expect(misplacedPackages(check("watch/hints.ts", 'import { watch } from "chokidar";'))).toEqual([]);
    expect(misplacedPackages(check("app/x.ts", 'await import("onnxruntime-node");'))).toHaveLength(1);
  });

  test("find the system's clock, but not a date that is given", () => {
    expect(clockUses(check("watch/x.ts", "Date.now(); new Date(); setTimeout(f, 1); performance.now();"))).toHaveLength(
      4,
    );
    expect(clockUses(check("watch/x.ts", "new Date(ms); // Date.now()\nclock.sleep(1);"))).toEqual([]);
    expect(clockUses(check("cli/x.ts", "Date.now();"))).toEqual([]);
  });

  test("find a ring of imports", () => {
    const ring = [
      check("a/a.ts", 'import "./b.js";'),
      check("a/b.ts", 'import "./c.js";'),
      check("a/c.ts", 'import "./b.js";'),
    ];
    expect(findCycle(ring)).toEqual(["a/b.ts", "a/c.ts", "a/b.ts"]);
    expect(findCycle(ring.slice(0, 2))).toBeUndefined();
  });
});
