import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { nisName } from "../../src/train/phantom/nis-file.js";
import { createRandom } from "../../src/train/random.js";
import { renderFields, turned } from "../speed/frames.js";

/** Every fourth frame is out of focus, and so reconstructed and published. */
export const DEFOCUSED_EVERY = 4;
const SEED = 23;
/** Half width of the noise that is added, grey levels of 4096: about the camera's own. */
const NOISE = 17;
const POSITIONS = 12;

/** @returns a function that makes the k-th frame of a long time-lapse, like no other, at about 10 ms each. */
export async function soakFrames(
  work: string,
  size: number,
  frames: number,
  say: (line: string) => void,
): Promise<(k: number) => { readonly name: string; readonly bytes: Buffer }> {
  const fields = await renderFields(work, size, say);
  const [focused, defocused] = [fields.slice(0, 4), fields.slice(4)];
  const random = createRandom(SEED);
  const series = { positions: POSITIONS, times: Math.ceil(frames / POSITIONS) };
  return (k) => {
    const choice = k % DEFOCUSED_EVERY === DEFOCUSED_EVERY - 1 ? defocused : focused;
    const data = turned(choice[random.integer(0, choice.length - 1)]!, size, random.integer(0, 7));
    for (let i = 0; i < data.length; i++)
      data[i] = Math.min(4095, Math.max(0, data[i]! + Math.round(random.between(-NOISE, NOISE))));
    const frame = { width: size, height: size, channels: 1, bitDepth: 16, data } as const;
    return {
      name: nisName("soak", { position: (k % POSITIONS) + 1, time: Math.floor(k / POSITIONS) + 1 }, series),
      bytes: encodeTiff(frame, { description: "SIMULATED=true\n", software: "refocusd bench", pixelSizeUm: 0.65 }),
    };
  };
}
