import type { RawTag } from "../../frames/tiff-fields.js";
import { TAG } from "../../frames/tiff-tags.js";
import { encodeTiff } from "../../frames/tiff-writer.js";
import type { PhantomFrame } from "./time-lapse.js";

const DOUBLE = 12;
const SIGNIFICANT_BITS = 12;

/** The name that NIS-Elements gives a frame in its export: `demo_t01xy1c1.tif`, each number as wide as its largest. */
export function nisName(
  prefix: string,
  frame: Pick<PhantomFrame, "position" | "time">,
  series: { readonly positions: number; readonly times: number },
): string {
  const wide = (value: number, largest: number) => String(value).padStart(String(largest).length, "0");
  return `${prefix}_t${wide(frame.time, series.times)}xy${wide(frame.position, series.positions)}c1.tif`;
}

/**
 * A phantom frame as NIS-Elements writes one: strips, then the directory, with its private tags for time, pixel size and stage. Unlike
 * a real export it says in its description that no microscope took it.
 */
export function encodeNisTiff({ frame, pixelUm, acquiredMs, stageUm, dof }: PhantomFrame): Buffer {
  return encodeTiff(frame, {
    description: `SIMULATED=true\nsource=phantom of refocusd, no real cells\ndefocus_dof=${dof.toFixed(2)}\n`,
    software: "refocusd simulate",
    pixelSizeUm: pixelUm,
    significantBits: SIGNIFICANT_BITS,
    extraTags: [
      doubles(TAG.nisTimeMs, [acquiredMs]),
      doubles(TAG.nisPixelSizeUm, [pixelUm]),
      doubles(TAG.nisStageAndTime, [stageUm.x, stageUm.y, stageUm.z, acquiredMs]),
    ],
  });
}

function doubles(id: number, values: readonly number[]): RawTag {
  const data = Buffer.alloc(values.length * 8);
  for (const [i, value] of values.entries()) data.writeDoubleLE(value, i * 8);
  return { id, type: DOUBLE, count: values.length, data };
}
