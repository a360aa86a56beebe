import { expect, it } from "vitest";
import { fileKindOf, imageTypeOf } from "../../src/frames/image-type.js";

const bytes = (...values: number[]) => Uint8Array.from([...values, ...Array<number>(16).fill(1)]);

it.each([
  [[0x49, 0x49, 42, 0], "tiff"],
  [[0x4d, 0x4d, 0, 42], "tiff"],
  [[0x49, 0x49, 43, 0], "tiff"],
  [[0x4d, 0x4d, 0, 43], "tiff"],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "png"],
  [[0xff, 0xd8, 0xff, 0xe0], "jpeg"],
  [[0x42, 0x4d], undefined],
  [[0xda, 0xce, 0xbe, 0x0a], "nd2"],
  [[], undefined],
] as const)("tells the type of a file that begins with %j", (start, type) => {
  expect(imageTypeOf("frame.tif", bytes(...start))).toBe(type);
});

it("goes by content, whatever the name says", () => {
  expect(imageTypeOf("frame.tif", bytes(0xff, 0xd8, 0xff))).toBe("jpeg");
  expect(imageTypeOf("frame", bytes(0x49, 0x49, 42, 0))).toBe("tiff");
});

it("tells an old ND2 from other JPEG 2000 files by its name", () => {
  const start = bytes(0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20);
  expect(fileKindOf("a.ND2", start)).toBe("nd2-jpeg2000");
  expect(fileKindOf("a.jp2", start)).toBe("jpeg2000");
});
