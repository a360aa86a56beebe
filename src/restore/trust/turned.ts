import { type Frame, pixelData } from "../../frames/frame.js";

/** A frame turned by 180°. Turned twice it is the same again. */
export function turned(frame: Frame): Frame {
  const { channels, data } = frame;
  const out = pixelData(frame, data.length);
  for (let from = 0, to = data.length - channels; to >= 0; from += channels, to -= channels) {
    for (let c = 0; c < channels; c++) out[to + c] = data[from + c]!;
  }
  return { ...frame, data: out };
}
