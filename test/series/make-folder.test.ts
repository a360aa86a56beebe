import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import type { LinkDeps, LinkKind } from "../../src/series/link.js";
import { type FolderResult, makeFolder } from "../../src/series/make-folder.js";
import { manifestFile } from "../../src/series/names.js";
import { planSeries } from "../../src/series/plan.js";
import { RECORD_NAME } from "../../src/series/record.js";
import type { SeriesFrame } from "../../src/series/series.js";
import { defocused, frameOnDisk, RULES, temporaryFolder } from "./support.js";

const MANIFEST = "manifest.csv";
const ID = { root: "/in", seriesKey: "|run|||1|" };

function place() {
  const base = temporaryFolder();
  const [input, output] = [join(base, "in"), join(base, "out")];
  mkdirSync(input);
  mkdirSync(output);
  const fallbacks: string[] = [];
  const deps: LinkDeps = {
    onFallback: (asked, made, why) => void fallbacks.push(`${asked} → ${made}: ${why}`),
    beforeCopy: () => Promise.resolve(),
  };
  const folder = join(base, "series", "run+c1");
  const make = (
    frames: readonly SeriesFrame[],
    more: {
      link?: LinkKind;
      thorough?: boolean;
      placeholder?: boolean;
      deps?: Partial<LinkDeps>;
      folder?: string;
    } = {},
  ): Promise<FolderResult> => {
    const { link = "symlink", thorough = false, placeholder = false } = more;
    const plan = planSeries(frames, { ...RULES, placeholder });
    return makeFolder({ folder: more.folder ?? folder, id: ID, plan, link, thorough }, { ...deps, ...more.deps });
  };
  /** A defocused frame whose reconstruction is there. */
  const restored = (time: number, text: string): SeriesFrame => {
    const path = join(output, `run_t${time}.reconstructed.tif`);
    writeFileSync(path, text);
    const source = frameOnDisk(input, time, "out of focus");
    const { verdict, reconstruction } = defocused(time);
    const sha256 = Buffer.from(text).toString("hex").padEnd(64, "e");
    return { ...source, verdict, reconstruction: { ...reconstruction!, path, sha256, size: text.length } };
  };
  const own = (time: number, text: string) => frameOnDisk(input, time, text);
  return { folder, input, output, fallbacks, make, own, restored };
}

/** What a viewer sees: every name with the bytes behind it; and the manifest. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name !== RECORD_NAME && name !== MANIFEST);
  const files = Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  return { ...files, manifest: readFileSync(manifestFile(folder), "utf8") };
}

/** Everything whose change would show that something was written. */
function stamps(folder: string): string[] {
  const paths = [
    ...readdirSync(folder)
      .sort()
      .map((name) => join(folder, name)),
    folder,
  ];
  return paths.map((path) => `${path} ${lstatSync(path).ino} ${lstatSync(path).ctimeMs}`);
}

describe("makeFolder", () => {
  it("makes a folder in time order, with a manifest that says which is which", async () => {
    const { folder, make, own, restored, input, output } = place();
    const result = await make([own(1, "one"), restored(2, "two"), own(4, "four")]);
    expect(result).toEqual({ made: 3, removed: 0, away: [] });
    expect(readdirSync(folder).sort()).toEqual([
      RECORD_NAME,
      MANIFEST,
      "t0001.tif",
      "t0002.reconstructed.tif",
      "t0004.tif",
    ]);
    expect(readlinkSync(join(folder, "t0001.tif"))).toBe(join(input, "run_t001c1.tif"));
    const lines = contents(folder).manifest!.split("\r\n");
    expect(lines[0]).toBe(
      "time_point,file,kind,source,source_sha256,page,verdict,p_defocused,reconstruction,reconstruction_sha256,trust,model,acquired_s,note",
    );
    expect(lines[2]).toContain(
      `2,t0002.reconstructed.tif,reconstruction,${join(input, "run_t002c1.tif")},6f7574206f6620666f637573`,
    );
    expect(lines[2]).toContain(`,0,defocused,0.1,${join(output, "run_t2.reconstructed.tif")},74776fee`);
    expect(lines[3]).toBe("3,,missing,,,,,,,,,,,no file of this time point");
    expect(lines.length).toBe(6);
  });

  it.each(["reflink", "symlink", "hardlink", "copy"] as const)("done again by %s, writes nothing", async (link) => {
    const { folder, make, own, restored } = place();
    const frames = [own(1, "one"), restored(2, "two"), own(4, "four")];
    await make(frames, { link, placeholder: true });
    const before = stamps(folder);
    expect(await make(frames, { link, placeholder: true })).toEqual({ made: 0, removed: 0, away: [] });
    expect(await make(frames, { link, placeholder: true, thorough: true })).toEqual({ made: 0, removed: 0, away: [] });
    expect(stamps(folder)).toEqual(before);
  });

  it.each(["reflink", "symlink", "hardlink", "copy"] as const)("by %s, leaves sources as they are", async (link) => {
    const { folder, make, own, input, fallbacks } = place();
    const frames = [own(1, "one"), own(2, "two")];
    const look = () =>
      readdirSync(input).map((name) => [
        name,
        readFileSync(join(input, name), "utf8"),
        statSync(join(input, name)).mtimeMs,
      ]);
    const before = look();
    chmodSync(join(input, "run_t001c1.tif"), 0o444);
    await make(frames, { link });
    expect(contents(folder)).toMatchObject({ "t0001.tif": "one", "t0002.tif": "two" });
    await make([], { link });
    expect(readdirSync(folder).sort()).toEqual([RECORD_NAME, MANIFEST]);
    expect(look()).toEqual(before);
    // Where this disk offers no reflinks, a pointer does, and it is said why.
    if (link !== "reflink") expect(fallbacks).toEqual([]);
    else for (const fallback of fallbacks) expect(fallback).toMatch(/^reflink → symlink: E[A-Z]+$/);
  });

  it("replaces what is of an earlier content, and removes what is no longer wanted", async () => {
    const { folder, make, own, restored } = place();
    await make([own(1, "one"), restored(2, "two"), own(3, "three")], { link: "copy", placeholder: true });
    const frames = [own(1, "another"), own(2, "sharp now"), own(5, "five")];
    expect(await make(frames, { link: "copy" })).toMatchObject({ made: 3, removed: 2 });
    const { manifest, ...files } = contents(folder);
    expect(files).toEqual({ "t0001.tif": "another", "t0002.tif": "sharp now", "t0005.tif": "five" });
    expect(manifest).not.toContain("reconstructed");
  });

  it("leaves alone what others put into the folder, and what is not a series", async () => {
    const { folder, make, own } = place();
    await make([own(1, "one")]);
    writeFileSync(join(folder, "Result of run.csv"), "mine");
    mkdirSync(join(folder, "analysis"));
    await make([own(2, "two")]);
    expect(readdirSync(folder).sort()).toEqual([RECORD_NAME, "Result of run.csv", "analysis", MANIFEST, "t0002.tif"]);

    const foreign = join(dirname(folder), "mine");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "t0001.tif"), "my own");
    await expect(make([own(1, "one")], { folder: foreign })).rejects.toThrow(/RF_SERIES_FOREIGN.*t0001\.tif/);
    expect(readFileSync(join(foreign, "t0001.tif"), "utf8")).toBe("my own");

    writeFileSync(join(folder, RECORD_NAME), JSON.stringify({ ...ID, seriesKey: "another", entries: {} }));
    await expect(make([own(1, "one")])).rejects.toThrow(/RF_SERIES_FOREIGN.*another/);
  });

  it("tells sources that are away or are not what was judged, and shows them when they are back", async () => {
    const { folder, make, own, input } = place();
    const frames = [own(1, "one"), own(2, "two"), own(3, "three")];
    await make(frames);
    unlinkSync(join(input, "run_t001c1.tif"));
    utimesSync(join(input, "run_t003c1.tif"), 1000, 1000);
    rmSync(join(folder, "t0003.tif"));
    const { away } = await make(frames, { thorough: true });
    expect(away.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      "source-away: t1: run_t001c1.tif: the file is not there",
      "source-away: t3: run_t003c1.tif: the file is not the one that was judged",
    ]);
    expect(Object.keys(contents(folder))).toEqual(["t0002.tif", "manifest"]);
    expect(contents(folder).manifest).toMatch(/^1,,source,.*,the file is not there\r$/m);
    expect((await make([own(1, "one"), frames[1]!, own(3, "three")])).away).toEqual([]);
    expect(contents(folder)).toMatchObject({ "t0001.tif": "one", "t0003.tif": "three" });
  });

  it("keeps a copy of a source that has gone, and mends what was damaged", async () => {
    const { folder, make, own, input } = place();
    const frames = [own(1, "one"), own(2, "two")];
    await make(frames, { link: "copy" });
    unlinkSync(join(input, "run_t001c1.tif"));
    writeFileSync(join(folder, "t0002.tif"), "half");
    expect(await make(frames, { link: "copy", thorough: true })).toEqual({ made: 1, removed: 0, away: [] });
    expect(contents(folder)).toMatchObject({ "t0001.tif": "one", "t0002.tif": "two" });
  });

  it("makes everything anew where the record is damaged, or the kind of link is another", async () => {
    const { folder, make, own } = place();
    const frames = [own(1, "one"), own(2, "two")];
    await make(frames);
    writeFileSync(join(folder, RECORD_NAME), "");
    expect((await make(frames)).made).toBe(2);
    expect((await make(frames, { link: "copy" })).made).toBe(2);
    expect(lstatSync(join(folder, "t0001.tif")).isFile()).toBe(true);
  });

  it("writes placeholders that every reader shows as what they are", async () => {
    const { folder, make, own } = place();
    await make([own(1, "one"), own(3, "three")], { placeholder: true });
    const bytes = readFileSync(join(folder, "t0002.placeholder.tif"));
    expect(bytes.includes("PLACEHOLDER by refocusd")).toBe(true);
    const { frame } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e6 });
    expect([frame.width, frame.height, frame.bitDepth, frame.channels]).toEqual([40, 30, 16, 1]);
    expect(new Set(frame.data)).toEqual(new Set([0, 65_535]));
    expect([frame.data[0], frame.data[39], frame.data[20]]).toEqual([65_535, 65_535, 0]);
  });

  it("killed at any moment, is put right the next time", async () => {
    const text = fc.constantFrom("a", "bb", "ccc");
    const frames = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 6 }), text, fc.boolean()), {
      selector: ([t]) => t,
    });
    await fc.assert(
      fc.asyncProperty(
        frames,
        frames,
        fc.nat(6),
        fc.boolean(),
        fc.boolean(),
        async (first, second, after, isTorn, isBack) => {
          const { folder, make, own, restored } = place();
          const all = (list: typeof first) =>
            list.map(([time, text, isSharp]) => (isSharp ? own(time, text) : restored(time, text)));
          await make(all(first), { link: "copy" });
          const next = all(second);
          let copies = 0;
          const beforeCopy = () => {
            if (copies++ < after) return Promise.resolve();
            if (isTorn) writeFileSync(join(folder, ".t0003.tif.tmp"), "ha");
            return Promise.reject(new Error("killed"));
          };
          await make(next, { link: "copy", deps: { beforeCopy } }).catch(() => undefined);
          // What was overwritten may be put back as it was.
          const last = isBack ? all(first) : next;
          await make(last, { link: "copy" });
          const again = join(dirname(folder), "fresh");
          await make(last, { link: "copy", folder: again });
          expect(contents(folder)).toEqual(contents(again));
          expect(existsSync(join(folder, ".t0003.tif.tmp"))).toBe(false);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("goes over a pointer that leads nowhere", async () => {
    const { folder, make, own } = place();
    await make([own(1, "one")]);
    rmSync(join(folder, "t0001.tif"));
    symlinkSync("/nowhere", join(folder, "t0001.tif"));
    expect(await make([own(1, "one")], { thorough: true })).toMatchObject({ made: 1 });
    expect(contents(folder)["t0001.tif"]).toBe("one");
  });
});
