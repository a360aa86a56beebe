import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { decodeFrame } from "../../src/frames/decode.js";
import { nd2File } from "../support/nd2-writer.js";
import { buildTiff, textTag } from "../support/tiff-fixtures.js";
import { canRun, makePlace, type RunningDaemon, refocusd, SAMPLES, startDaemon, storyOf, until } from "./support.js";

let running: RunningDaemon | undefined;
afterEach(() => {
  running?.process.kill("SIGKILL");
  running = undefined;
});

describe.skipIf(!canRun)("an ND2 and a TIFF stack", { timeout: 240_000 }, () => {
  it("end as folders of single frames in time order, and everything about them can be checked", async () => {
    // In focus, out of focus, in focus.
    const samples = ["demo_t03xy1c1.tif", "demo_t04xy1c1.tif", "demo_t06xy1c1.tif"];
    const frames = await Promise.all(
      samples.map(
        async (name) => (await decodeFrame(readFileSync(join(SAMPLES, name)), "tiff", 0, { maxPixels: 1e6 })).frame,
      ),
    );
    const { width, height } = frames[0]!;
    const nd2 = nd2File({
      ...{ width, height, compression: "lossless", significantBits: 14, timesMs: [0, 600_000, 1_200_000] },
      loops: [{ kind: "time", count: 3 }],
      value: (sequence, y, x) => frames[sequence]!.data[y * width + x]!,
    });
    const place = makePlace(
      "series: { folder: series, link: symlink, extractPages: true }\noutput: { focusMap: all, trustMap: true }\n",
    );
    running = await startDaemon(place);
    const file = join(place.input, "run.nd2");
    // As it is recorded: the chunk map comes last, and nothing is judged before.
    writeFileSync(file, nd2.subarray(0, nd2.length - 5000));
    await until(() => storyOf(place, "run.nd2").length > 0, running.log);
    expect(storyOf(place, "run.nd2").map(({ state }) => state)).toEqual(["seen"]);
    appendFileSync(file, nd2.subarray(nd2.length - 5000));
    const description = textTag("ImageJ=1.54f\nimages=3\nframes=3\n");
    writeFileSync(join(place.input, "stack.tif"), buildTiff(frames, { tags: { 270: description } }));

    const root = join(place.folder, "series", place.input.slice(1).replaceAll("/", "+"));
    const folders = ["run+cMono", "stack+t"].map((name) => join(root, name));
    const entries = (folder: string) =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => /^t\d+\./.test(name))
            .sort()
        : [];
    await until(() => folders.every((folder) => entries(folder).length === 3), running.log);
    for (const folder of folders) {
      expect(entries(folder)).toEqual(["t0001.extract.tif", "t0002.reconstructed.tif", "t0003.extract.tif"]);
      for (const [k, name] of [
        [0, "t0001.extract.tif"],
        [2, "t0003.extract.tif"],
      ] as const) {
        const read = await decodeFrame(readFileSync(join(folder, name)), "tiff", 0, { maxPixels: 1e6 });
        expect(Buffer.compare(Buffer.from(read.frame.data.buffer), Buffer.from(frames[k]!.data.buffer))).toBe(0);
      }
    }
    await until(() => readFileSync(join(folders[0]!, "manifest.csv"), "utf8").includes("t0003"), running.log);
    const manifest = readFileSync(join(folders[0]!, "manifest.csv"), "utf8").split("\r\n");
    expect(manifest.map((line) => line.split(",").slice(0, 3).join(","))).toEqual([
      "time_point,file,kind",
      "1,t0001.extract.tif,extract",
      "2,t0002.reconstructed.tif,reconstruction",
      "3,t0003.extract.tif,extract",
      "",
    ]);
    running.process.kill("SIGTERM");
    expect(await running.end).toBe(0);

    const maps = readdirSync(join(place.output, "maps"));
    expect(maps.filter((name) => name.endsWith(".focus-map.png"))).toHaveLength(6);
    expect(maps.filter((name) => name.endsWith(".trust-map.png"))).toHaveLength(2);
    const verified = await refocusd("verify", "-c", place.config);
    // 3 extracts and reconstructions, 3 focus maps and one trust map of each file.
    expect([verified.code, verified.out]).toEqual([0, expect.stringMatching(/2 sources and 14 outputs/)]);
    expect((await refocusd("verify", "--chain", "-c", place.config)).code).toBe(0);
    const extract = join(place.output, "run.nd2.t001.Mono.p000.extract.tif");
    const told = await refocusd("explain", extract, "-c", place.config);
    expect(told.out).toContain(`extract         ${extract}`);
    expect(told.out).toMatch(/focus map {7}\/.*run\.nd2\.t002\.Mono\.p001\.focus-map\.png/);
    const again = await refocusd("reproduce", file, "--page", "1", "-c", place.config);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining("same bytes")]);
  });
});
