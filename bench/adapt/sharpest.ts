import { basename } from "node:path";
import { tileStructure } from "../../src/focus/structure.js";
import { isBlank } from "../../src/focus/verdict.js";
import { type Field, readField } from "../../src/train/dataset/fields.js";
import type { Plane } from "../../src/train/plane.js";

/**
 * The frames of highest sharpness, sharpest first; those that show nothing are left out. Sharpness: mean square of the difference of pixels
 * two apart (Brenner 1976), of means over 2 × 2 pixels, relative to their variance, so that neither contrast nor brightness counts.
 */
export async function sharpest(fields: readonly Field[], count: number): Promise<Field[]> {
  const told: { field: Field; sharpness: number }[] = [];
  for (const field of fields) {
    const plane = await readField(field);
    const side = Math.min(plane.width, plane.height);
    if (isBlank(tileStructure(plane.data, plane.width, { left: 0, top: 0, side }))) continue;
    told.push({ field, sharpness: sharpnessOf(plane) });
  }
  told.sort((a, b) => b.sharpness - a.sharpness);
  process.stdout.write(
    `sharpest: ${told.map(({ field, sharpness }) => `${basename(field.path)} ${sharpness.toFixed(4)}`).join(", ")}\n`,
  );
  return told.slice(0, count).map(({ field }) => field);
}

function sharpnessOf({ width, height, data }: Plane): number {
  const [w, h] = [width >> 1, height >> 1];
  const means = new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      means[y * w + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4;
    }
  }
  const mean = means.reduce((a, b) => a + b, 0) / means.length;
  let [steps, spread] = [0, 0];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      spread += (means[y * w + x]! - mean) ** 2;
      if (x + 2 < w) steps += (means[y * w + x + 2]! - means[y * w + x]!) ** 2;
    }
  }
  return steps / spread;
}
