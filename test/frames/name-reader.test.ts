import { readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNameReader, type Naming } from "../../src/frames/name-reader.js";
import type { NameParse } from "../../src/frames/nis-names.js";
import { dataFolder } from "../support/data.js";

function read(naming: Naming, name: string): { by: string | number; name: NameParse } | undefined {
  const reading = createNameReader(naming)?.(name);
  return reading?.kind === "read" ? { by: reading.by, name: reading.name } : undefined;
}
const patterns = (...namePatterns: string[]): Naming => ({ naming: "none", namePatterns });

const digits = (value: number, width: number) => String(value).padStart(width, "0");
const width = fc.integer({ min: 1, max: 6 });
const count = fc.integer({ min: 0, max: 999_999 });
const extension = fc.constantFrom(".tif", ".TIF", ".tiff", ".ome.tif", ".png", ".nd2", "");
/** Whatever does not itself end like a coordinate, which cannot be told apart from one. */
const prefix = fc
  .string({ unit: fc.constantFrom(..."abtzcxyTZS019._- é"), maxLength: 12 })
  .filter((text) => !/(?:[_\s-]|[tzcy]\d*|seq\d*|\.(?:ome|png|nd2))$/i.test(text) && !/_t\d/i.test(text));

describe("names of ND export", () => {
  const axes = fc.shuffledSubarray(["t", "xy", "z", "c"] as const, { minLength: 1 });

  it("are read whatever the order and width of their coordinates", () => {
    const values = fc.record({ t: count, xy: count, z: count, c: count });
    const widths = fc.record({ t: width, xy: width, z: width, c: width });
    const separator = fc.constantFrom("", "_");
    fc.assert(
      fc.property(prefix, separator, axes, values, widths, fc.boolean(), extension, (...drawn) => {
        const [begin, between, order, value, wide, isUpper, end] = drawn;
        const text = (axis: "t" | "xy" | "z" | "c") => digits(value[axis], wide[axis]);
        const tokens = order.map((axis) => (isUpper ? axis.toUpperCase() : axis) + text(axis)).join("");
        const has = (axis: "t" | "xy" | "z" | "c") => order.includes(axis);
        expect(read({ naming: "nis" }, begin + between + tokens + end)).toEqual({
          by: "nd",
          name: {
            prefix: begin,
            ...(has("xy") && { position: text("xy") }),
            ...(has("t") && { time: value.t }),
            ...(has("z") && { z: value.z }),
            ...(has("c") && { channel: text("c") }),
          },
        });
      }),
    );
  });
});

describe("names of JOBS", () => {
  it("are read whatever the order and width of their parts", () => {
    const parts = fc.shuffledSubarray(["well", "position", "time", "z"] as const, { minLength: 1 });
    const well = fc.tuple(
      fc.constantFrom("A", "H", "P", "AF"),
      fc.integer({ min: 1, max: 48 }),
      fc.integer({ min: 1, max: 2 }),
    );
    const channel = fc.constantFrom(
      undefined,
      "DAPI",
      "555 nm,635 nm",
      "SS_FITC1",
      "DAPI_1x1-GFP_1x1",
      "Cam-DIA Master",
    );
    const stamp = fc.constantFrom("", "20260728_143951_318_", "Plate1_2000");
    fc.assert(
      fc.property(stamp, parts, well, count, count, channel, count, width, extension, (...drawn) => {
        const [begin, order, [row, column, wellWidth], time, z, channelName, seq, wide, end] = drawn;
        const wellName = row + digits(column, wellWidth);
        const rendered = {
          well: `Well${wellName}`,
          position: `Point${wellName}_0007`,
          time: `Time${digits(time, wide)}`,
          z: `Z${digits(z, wide)}`,
        };
        const names = [begin, ...order.map((part) => rendered[part])].filter(Boolean);
        if (channelName !== undefined) names.push(`Channel${channelName}`);
        const has = (part: "well" | "position" | "time" | "z") => order.includes(part);
        expect(read({ naming: "nis" }, `${names.join("_")}_Seq${digits(seq, wide)}${end}`)).toEqual({
          by: "jobs",
          name: {
            prefix: begin.replace(/_$/, ""),
            ...(has("well") && { well: wellName }),
            ...(has("position") && { position: `${wellName}_0007` }),
            ...(has("time") && { time }),
            ...(has("z") && { z }),
            ...(channelName !== undefined && { channel: channelName }),
            seq,
          },
        });
      }),
    );
  });
});

describe("plain sequences", () => {
  it("are read whatever their width", () => {
    const name = prefix.filter((text) => !/\d$/.test(text));
    fc.assert(
      fc.property(
        name,
        fc.constantFrom("", "_", "-", " "),
        count,
        width,
        extension,
        (begin, between, time, wide, end) => {
          const found = read({ naming: "sequence" }, begin + between + digits(time, wide) + end);
          expect(found).toEqual({ by: "sequence", name: { prefix: begin, time } });
        },
      ),
    );
  });

  it.each(["snap.tif", "img_1a.tif", `n${"1".repeat(16)}.tif`])("are not %s", (name) => {
    expect(read({ naming: "sequence" }, name)).toBeUndefined();
  });
});

describe("expressions", () => {
  it("come before the preset, in their order", () => {
    const naming: Naming = {
      naming: "nis",
      namePatterns: ["^A(?<time>\\d+)", "^(?<well>[A-P]\\d\\d)_f(?<position>\\d)_t(?<time>\\d+)"],
    };
    expect(read(naming, "A7_t3.tif")).toMatchObject({ by: 1, name: { time: 7 } });
    expect(read(naming, "B02_f3_t10.tif")).toEqual({
      by: 2,
      name: { prefix: "", well: "B02", position: "3", time: 10 },
    });
    expect(read(naming, "x_t3.tif")).toMatchObject({ by: "nd", name: { time: 3 } });
  });

  it("leave what they do not cover to the prefix", () => {
    expect(read(patterns("_t(?<time>\\d+)"), "exp_t01_raw.tif")?.name).toEqual({ prefix: "exp_raw", time: 1 });
    expect(read(patterns("^(?<prefix>[^_]+)_t(?<time>\\d+)"), "exp_t01_raw.tif")?.name).toEqual({
      prefix: "exp",
      time: 1,
    });
    expect(read(patterns("_t(?<time>\\d+)\\.tif$"), "exp_t01.tif")?.name).toEqual({ prefix: "exp", time: 1 });
  });

  it("do not fit where a number is none, or has too many digits", () => {
    expect(read(patterns("_t(?<time>\\w+)"), "exp_tx1.tif")).toBeUndefined();
    expect(read(patterns("_t(?<time>\\w+)"), `exp_t${"1".repeat(16)}.tif`)).toBeUndefined();
    expect(read(patterns("(?:_t(?<time>\\d+))?_c(?<channel>\\d)"), "exp_c1.tif")?.name).toEqual({
      prefix: "exp",
      channel: "1",
    });
  });

  it("that would take for ever do not", () => {
    const reading = createNameReader(patterns("^exp(?<time>(\\d+)+)$"))!(`exp${"1".repeat(60)}.tif`);
    expect(reading).toEqual({ kind: "unread", tooSlow: 1 });
  });

  it("are not tried on a name that no file system has", () => {
    expect(read(patterns("t(?<time>\\d+)"), `${"a".repeat(300)}t1`)).toBeUndefined();
  });
});

it("names are not looked at where nothing is asked of them", () => {
  expect(createNameReader({ naming: "none" })).toBeUndefined();
});

describe.skipIf(!dataFolder)("names of real files", () => {
  const names = (folder: string) =>
    readdirSync(path.join(dataFolder!, folder)).filter((name) => /\.(tif|nd2)$/.test(name));

  it("that NIS-Elements gave are read", () => {
    const all = [...names("formats/nis-tif"), ...names("phase-contrast/t98g-timelapse")];
    const unread = all.filter((name) => read({ naming: "nis" }, name) === undefined);
    // Not its own name. The other that is not, mono16_phase_set30.tif, cannot be told from a time point of "mono16_phase_se".
    expect(unread).toEqual(["ti2_dic_ome.tif"]);
    expect(read({ naming: "nis" }, "20180101ef002xy01t03.tif")?.name).toEqual({
      prefix: "20180101ef002",
      position: "01",
      time: 3,
    });
    expect(read({ naming: "nis" }, "sim_tc__2024_11_21_T02_DAPI.tif")?.name).toMatchObject({
      time: 2,
      channel: "DAPI",
    });
  });
});
