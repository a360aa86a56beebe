import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createCanvas } from "../../../src/frames/picture/canvas.js";
import { mapThumbnails } from "../../../src/frames/picture/map-thumbnails.js";
import { encodePng } from "../../../src/frames/picture/png.js";
import { mapBoxes, type Panel, sheet } from "../../../src/frames/picture/sheet.js";

const WIDTH = 440;
const HEIGHT = 300;
const RED = [200, 30, 40] as const;
const BLUE = [30, 60, 200] as const;
const panel = (colour: readonly [number, number, number]): Panel => ({
  lines: ["what it shows", "in which unit"],
  map: createCanvas(WIDTH, HEIGHT, colour),
  ticks: [{ at: 0.5, label: "0.5" }],
  ends: ["little", "much"],
});
const png = (...panels: Panel[]) => encodePng(sheet(["Title", "a.tif"], panels), {});
const frame = { width: 1608, height: 1096 };

describe("the maps of a sheet", () => {
  it("lie where the sheet put them, to the pixel", () => {
    const { width, height, rgb } = sheet(["Title", "a.tif"], [panel(RED), panel(BLUE)]);
    const boxes = mapBoxes({ width, height }, 2)!;
    for (const [k, colour] of [RED, BLUE].entries()) {
      const { left, top, ...size } = boxes[k]!;
      expect(size).toEqual({ width: WIDTH, height: HEIGHT });
      const at = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
      expect(at(left, top)).toEqual(colour);
      expect(at(left + WIDTH - 1, top + HEIGHT - 1)).toEqual(colour);
      expect(at(left - 1, top)).toEqual([255, 255, 255]);
      expect(at(left, top - 1)).toEqual([255, 255, 255]);
      expect(at(left, top + HEIGHT)).toEqual([255, 255, 255]);
    }
  });

  it("are cut out and made smaller", async () => {
    const made = await mapThumbnails(png(panel(RED), panel(BLUE)), 2, frame, 220);
    expect(made).toHaveLength(2);
    for (const [k, colour] of [RED, BLUE].entries()) {
      const { data, info } = await sharp(made![k]!).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 220, height: 150 });
      for (const [c, value] of colour.entries()) expect(Math.abs(data[c]! - value)).toBeLessThan(12);
    }
  });

  it("are not taken from a picture of another layout, or of another frame's shape", async () => {
    expect(await mapThumbnails(png(panel(RED)), 1, { width: 1000, height: 1000 }, 220)).toBeUndefined();
    expect(await mapThumbnails(png(panel(RED), panel(BLUE)), 1, frame, 220)).toBeUndefined();
    expect(mapBoxes({ width: 40, height: 30 }, 1)).toBeUndefined();
  });
});
