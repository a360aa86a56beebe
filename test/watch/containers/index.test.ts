import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { checkContainer } from "../../../src/watch/containers/index.js";
import { ifdLastTiff, patternFrame } from "../../support/tiff-fixtures.js";

const check = (bytes: Buffer | string, name = "frame.tif") =>
  checkContainer(bufferAccess(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, "latin1")), name);

describe("checkContainer", () => {
  it("calls a file without content empty", async () => {
    expect(await check("")).toEqual({ kind: "incomplete", why: "empty" });
  });

  it("goes by content, not by name", async () => {
    expect(await check(ifdLastTiff(patternFrame(4, 4)), "frame.jpg")).toMatchObject({ kind: "complete", type: "tiff" });
  });

  it("waits for a file that is too short to tell, or pre-allocated and not begun", async () => {
    expect((await check("II")).kind).toBe("incomplete");
    expect((await check(Buffer.alloc(10_000))).kind).toBe("incomplete");
  });

  it.each([
    ["bmp", "BM and some more bytes than sixteen", /BMP image/],
    ["jp2", "\0\0\0\x0cjP  \r\n\x87\n and some more", /JPEG 2000 image/],
    ["nd2", "\0\0\0\x0cjP  \r\n\x87\n and some more", /ND2 file of the old kind/],
    ["gif", "GIF89a and some more bytes", /GIF image/],
    ["webp", "RIFF\0\0\0\0WEBPVP8 and more", /WebP image/],
    ["zip", "PK\x03\x04 and some more bytes", /ZIP archive/],
    ["h5", "\x89HDF\r\n\x1a\n and some more bytes", /HDF5 file/],
    ["tif", "Dear diary, this is not an image", /begins with the bytes 4465617220646961$/],
  ])("names what a .%s file is that is not supported", async (extension, content, what) => {
    expect(await check(content, `frame.${extension}`)).toEqual({
      kind: "unsupported",
      what: expect.stringMatching(what),
    });
  });

  describe("of an ND2", () => {
    const start = Buffer.concat([Buffer.from([0xda, 0xce, 0xbe, 0x0a]), Buffer.alloc(500, 7)]);
    const footer = (offset: bigint) => {
      const bytes = Buffer.from("ND2 CHUNK MAP SIGNATURE 0000001!________", "latin1");
      bytes.writeBigUInt64LE(offset, 32);
      return bytes;
    };

    it("waits until the chunk map is there, and then reads it", async () => {
      expect(await check(start)).toMatchObject({ kind: "incomplete", why: /still being recorded/ });
      const whole = Buffer.concat([start, footer(100n)]);
      expect(await check(whole)).toMatchObject({ kind: "damaged", why: /file signature/ });
      for (let length = 0; length < whole.length; length++) {
        expect((await check(whole.subarray(0, length))).kind).toBe("incomplete");
      }
    });

    it("waits when the chunk map lies beyond the end", async () => {
      expect((await check(Buffer.concat([start, footer(10_000n)]))).kind).toBe("incomplete");
    });
  });
});
