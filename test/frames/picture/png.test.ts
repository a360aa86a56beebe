import sharp from "sharp";
import { expect, it } from "vitest";
import { createCanvas, drawText, fillBox, textWidth } from "../../../src/frames/picture/canvas.js";
import { encodePng } from "../../../src/frames/picture/png.js";

function picture() {
  const canvas = createCanvas(70, 41, [250, 250, 250]);
  fillBox(canvas, { left: 60, top: 35, width: 50, height: 50 }, [255, 0, 0]);
  fillBox(canvas, { left: -5, top: 20, width: 10, height: 3 }, [0, 0, 0], 0.5);
  drawText(canvas, "0.91", { left: 2, top: 2, size: 2 }, [0, 0, 200]);
  return canvas;
}

it("another decoder reads the same pixels, and its check sums", async () => {
  const canvas = picture();
  const { data, info } = await sharp(encodePng(canvas, { Title: "Fokuskarte – ü" }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 70, height: 41, channels: 3 });
  expect(Buffer.compare(data, Buffer.from(canvas.rgb))).toBe(0);
  const at = (x: number, y: number) => [...data.subarray((y * 70 + x) * 3, (y * 70 + x) * 3 + 3)];
  expect(at(69, 40)).toEqual([255, 0, 0]);
  expect(at(0, 20)).toEqual([125, 125, 125]);
});

it("has its texts in UTF-8, and is the same each time", () => {
  const png = encodePng(picture(), { Title: "Fokuskarte – ü", Comment: "source=a.tif\nsourceSha256=00" });
  expect(png.includes(Buffer.from("iTXtTitle\0\0\0\0\0Fokuskarte – ü"))).toBe(true);
  expect(png.includes("source=a.tif\nsourceSha256=00")).toBe(true);
  expect(
    Buffer.compare(png, encodePng(picture(), { Title: "Fokuskarte – ü", Comment: "source=a.tif\nsourceSha256=00" })),
  ).toBe(0);
});

it("draws letters that differ, within their width", () => {
  const shapes = [..."0123456789.()%:ABCXYZabcxyz"].map((letter) => {
    const canvas = createCanvas(10, 9, [0, 0, 0]);
    drawText(canvas, letter, { left: 1, top: 1, size: 1 }, [255, 255, 255]);
    const lit = [...canvas.rgb.keys()].filter((i) => i % 3 === 0 && canvas.rgb[i]! > 0).map((i) => (i / 3) % 10);
    expect(Math.max(...lit)).toBeLessThan(1 + textWidth(letter, 1));
    return canvas.rgb.join();
  });
  expect(new Set(shapes).size).toBe(shapes.length);
});
