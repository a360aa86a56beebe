import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { decodeNd2Page, openNd2 } from "../../../src/frames/nd2/decode-page.js";
import { pagePlaces } from "../../../src/frames/nd2/places.js";
import { systemFileSystem } from "../../../src/system/file-system.js";
import { dataFolder } from "../../support/data.js";

const folder = path.join(dataFolder ?? "", "formats/nd2");
const names = dataFolder ? readdirSync(folder).filter((name) => name.endsWith(".nd2")) : ["(no data folder)"];

interface Known {
  readonly resolution: Readonly<Record<"y_size_px" | "x_size_px" | "z_size_px" | "xy_step_um" | "z_step_um", number>>;
  readonly optics: { readonly magnification: number; readonly numerical_aperture: number };
  readonly acquisition: { readonly zoom: number; readonly binning: string; readonly exposure_time_s: number };
}

describe.skipIf(!dataFolder)("ND2 files that NIS-Elements wrote", () => {
  const known = dataFolder
    ? (parse(readFileSync(path.join(folder, "known-metadata.yml"), "utf8")) as Record<string, Record<string, Known>>)
    : {};

  it.each(Object.keys(known))("%s tells what is known about it", async (name) => {
    const file = await systemFileSystem.open(path.join(folder, name));
    const { nd2 } = await openNd2(file);
    await file.close();
    const channels = Object.values(known[name]!);
    expect(nd2.channels).toHaveLength(channels.length);
    for (const [i, { resolution, optics, acquisition }] of channels.entries()) {
      const channel = nd2.channels[i]!;
      expect([nd2.attributes.width, nd2.attributes.height]).toEqual([resolution.x_size_px, resolution.y_size_px]);
      expect(nd2.picture.pixelSizeUm).toBeCloseTo(resolution.xy_step_um, 12);
      expect(nd2.picture.zoom).toBe(acquisition.zoom);
      const z = nd2.loops.find(({ axis }) => axis === "z");
      expect([z?.count ?? 1, z?.zStepUm ?? 1]).toEqual([resolution.z_size_px, resolution.z_step_um]);
      expect(channel).toMatchObject({ magnification: optics.magnification, na: optics.numerical_aperture });
      expect(channel.exposureMs! / 1000).toBeCloseTo(acquisition.exposure_time_s, 9);
      expect(`${channel.binning}x${channel.binning}`).toBe(acquisition.binning);
    }
  });

  it.each(names)("%s has in each page the values that lie in the file behind the frame's header", async (name) => {
    const bytes = readFileSync(path.join(folder, name));
    const file = await systemFileSystem.open(path.join(folder, name));
    const open = await openNd2(file);
    const { attributes, channels, map, pages } = open.nd2;
    const { width, height, components, bitDepth } = attributes;
    for (let page = 0; page < pages; page++) {
      const { frame } = await decodeNd2Page(open, page, { maxPixels: 64e6 });
      const sequence = Math.floor(page / channels.length);
      // A second reading without the map: the chunk found by its name, its data ends where the length in its header says.
      const at = bytes.indexOf(Buffer.from(`ImageDataSeq|${sequence}!`)) - 16;
      const start = at + 16 + bytes.readUInt32LE(at + 4) + 8;
      const stored = bytes.subarray(start, start + (width * height * components * bitDepth) / 8);
      const values = bitDepth === 8 ? stored : new Uint16Array(Buffer.from(stored).buffer, 0, stored.length / 2);
      const own = Array.from({ length: width * height }, (_, i) => values[i * components + (page % channels.length)]);
      expect([...frame.data]).toEqual(own);
      expect(map.frames.get(sequence)).toBe(at);
    }
    await file.close();
  });

  it("tell times, stage positions and places", async () => {
    const pagesOf = async (name: string, wanted: readonly number[]) => {
      const file = await systemFileSystem.open(path.join(folder, name));
      const open = await openNd2(file);
      const { map, loops, channels } = open.nd2;
      const places = pagePlaces(map.sequences, loops, channels);
      const made = [];
      for (const page of wanted) {
        const { frame, facts } = await decodeNd2Page(open, page, { maxPixels: 64e6 });
        let sum = 0;
        for (const value of frame.data) sum += value;
        made.push({ place: places[page], facts, mean: sum / frame.data.length });
      }
      await file.close();
      return made;
    };
    const [first, last] = await pagesOf("example-timelapse.nd2", [0, 52]);
    expect(first).toMatchObject({ place: { time: 1 }, facts: { stageUm: { x: 9744 } } });
    expect(last).toMatchObject({ place: { time: 53 }, facts: { channelName: "GFP 488 nm" } });
    // NIS-Elements' own average period over the 52 intervals (dAvgPeriodDiff) is 500.160 ms.
    expect((last!.facts.acquiredMs! - first!.facts.acquiredMs!) / 52).toBeCloseTo(500.16, 2);
    const stack = await pagesOf("example-zstack.nd2", [0, 1, 10]);
    expect(stack.map(({ place }) => place?.z)).toEqual([1, 2, 11]);
    expect(stack[2]!.facts.stageUm!.z - stack[0]!.facts.stageUm!.z).toBeCloseTo(60, 6);
    const [mono] = await pagesOf("example-multichannel.nd2", [0]);
    expect(mono).toMatchObject({ place: { channel: "Mono" }, facts: { stageUm: { z: 9009 } } });
    expect(mono!.mean).toBeCloseTo(12_899.007, 3);
    const simulated = await pagesOf("nis610-simulated-timelapse.nd2", [0, 1]);
    expect(simulated.map(({ place }) => place)).toEqual([
      { time: 1, channel: "DAPI" },
      { time: 2, channel: "DAPI" },
    ]);
  });
});
