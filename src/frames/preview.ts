import sharp from "sharp";
import type { Frame } from "./frame.js";

const GAP = 6;

/**
 * A PNG for looking at: frames in rows, each fitted into a square of `cell` px. All frames of a row have the same grey scale, so that a
 * difference in contrast is seen as one. 8 bits: never for measuring.
 */
export async function previewSheet(rows: readonly (readonly Frame[])[], cell: number): Promise<Buffer> {
  const columns = Math.max(...rows.map((row) => row.length));
  const pieces: { input: Buffer; left: number; top: number }[] = [];
  for (const [y, row] of rows.entries()) {
    const { low, high } = greyRange(row);
    for (const [x, frame] of row.entries()) {
      const input = await toPng(frame, low, high, cell);
      pieces.push({ input, left: GAP + x * (cell + GAP), top: GAP + y * (cell + GAP) });
    }
  }
  const size = { width: GAP + columns * (cell + GAP), height: GAP + rows.length * (cell + GAP) };
  return sharp({ create: { ...size, channels: 3, background: "white" } })
    .composite(pieces)
    .png()
    .toBuffer();
}

function toPng({ width, height, channels, data }: Frame, low: number, high: number, cell: number): Promise<Buffer> {
  const scale = high > low ? 255 / (high - low) : 0;
  const grey = Buffer.from(
    Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round((value - low) * scale)))),
  );
  return sharp(grey, { raw: { width, height, channels } })
    .resize(cell, cell, { fit: "contain", background: "white" })
    .png()
    .toBuffer();
}

/** The counts below and above which 0.2 % of a row's pixels lie, from a sample of them. */
function greyRange(row: readonly Frame[]): { low: number; high: number } {
  const sample: number[] = [];
  for (const { data } of row) {
    const step = Math.max(1, Math.floor(data.length / 40_000));
    for (let i = 0; i < data.length; i += step) sample.push(data[i]!);
  }
  sample.sort((a, b) => a - b);
  const at = (share: number) => sample[Math.round(share * (sample.length - 1))] ?? 0;
  return { low: at(0.002), high: at(0.998) };
}
