import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeFrame } from "../../src/frames/decode.js";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { nisName } from "../../src/train/phantom/nis-file.js";
import { renderTimeLapse } from "../../src/train/phantom/time-lapse.js";
import { createRandom } from "../../src/train/random.js";

/** Side of the paper's frames, px. */
export const SIDE = 1608;
export const FRAMES = 120;
export const DEFOCUSED = 8;

/** Defocus of the rendered fields in DOF units; each is then turned and mirrored in eight ways. */
const FIELDS = [0.05, -0.1, 0.12, 0, 1.5, -2, 2.8, -3.6];
const SEED = 11;

export interface BenchFrame {
  readonly path: string;
  readonly name: string;
  readonly isDefocused: boolean;
}

/** The paper's demonstration: 120 frames of which 8 are out of focus, spread over the series. Kept in `work` for the next run. */
export async function benchFrames(work: string, say: (line: string) => void): Promise<BenchFrame[]> {
  const folder = join(work, `frames-${SIDE}`);
  await mkdir(folder, { recursive: true });
  const series = { positions: 1, times: FRAMES };
  const step = FRAMES / DEFOCUSED;
  const frames = Array.from({ length: FRAMES }, (_, k) => {
    const name = nisName("bench", { position: 1, time: k + 1 }, series);
    return { name, path: join(folder, name), isDefocused: k % step === Math.floor(step / 2) };
  });
  if (frames.every(({ path }) => existsSync(path))) return frames;
  const fields = await renderFields(work, SIDE, say);
  const random = createRandom(SEED);
  const [focused, defocused] = [fields.slice(0, 4), fields.slice(4)];
  for (const [k, { path, isDefocused }] of frames.entries()) {
    const choice = isDefocused ? defocused : focused;
    const number = isDefocused ? Math.floor(k / step) : k;
    const data = turned(choice[number % choice.length]!, SIDE, Math.floor(number / choice.length) % 8);
    // New noise, about half of the camera's own, so that no two frames are alike.
    for (let i = 0; i < data.length; i++)
      data[i] = Math.min(4095, Math.max(0, data[i]! + Math.round(10 * random.normal())));
    const frame = { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data } as const;
    const tiff = encodeTiff(frame, { description: "SIMULATED=true\n", software: "refocusd bench", pixelSizeUm: 0.65 });
    await writeFile(`${path}.part`, tiff);
    await rename(`${path}.part`, path);
  }
  return frames;
}

/** Eight square fields, four in focus and four out of focus. Kept in `work` for the next run. */
export async function renderFields(work: string, size: number, say: (line: string) => void): Promise<Uint16Array[]> {
  const file = (k: number) => join(work, `field-${size}-${k}.tif`);
  if (!FIELDS.every((_, k) => existsSync(file(k)))) {
    const defocus = (position: number) => FIELDS[position - 1] ?? 0;
    let k = 0;
    for (const { frame } of renderTimeLapse({ seed: SEED, positions: FIELDS.length, times: 1, size, defocus })) {
      say(`field ${k + 1} of ${FIELDS.length} is rendered`);
      await writeFile(file(k++), encodeTiff(frame, { description: "SIMULATED=true\n", software: "refocusd bench" }));
    }
  }
  return Promise.all(
    FIELDS.map(async (_, k) => {
      const { frame } = await decodeFrame(await readFile(file(k)), "tiff", 0, { maxPixels: 1e8 });
      return frame.data as Uint16Array;
    }),
  );
}

/** One of the eight symmetries of the square. */
export function turned(data: Uint16Array, n: number, symmetry: number): Uint16Array {
  const out = new Uint16Array(data.length);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      let u = symmetry & 1 ? n - 1 - x : x;
      let v = symmetry & 2 ? n - 1 - y : y;
      if (symmetry & 4) [u, v] = [v, u];
      out[y * n + x] = data[v * n + u]!;
    }
  }
  return out;
}
