import { crc32, deflateSync } from "node:zlib";
import type { Canvas } from "./canvas.js";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A PNG of 8 bits, red, green and blue, with texts in it (iTXt, UTF-8) that say what it is wherever it is copied. No time of day: the same
 * picture, the same bytes. Source: PNG, third edition (W3C 2025), sections 5.3, 11.2 and 11.3.3.4.
 * @param texts by keyword: 1 to 79 characters of Latin-1
 */
export function encodePng({ width, height, rgb }: Canvas, texts: Readonly<Record<string, string>>): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const stride = width * 3;
  const rows = Buffer.alloc(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    const to = y * (stride + 1);
    // Filter 2, the difference from the row above: plain grounds and their edges become zeros.
    rows[to] = y === 0 ? 0 : 2;
    for (let i = 0; i < stride; i++) {
      const value = rgb[y * stride + i]!;
      rows[to + 1 + i] = y === 0 ? value : value - rgb[(y - 1) * stride + i]!;
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...Object.entries(texts).map(([keyword, text]) => chunk("iTXt", Buffer.from(`${keyword}\0\0\0\0\0${text}`))),
    chunk("IDAT", deflateSync(rows, { level: 6 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
