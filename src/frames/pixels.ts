import type { Frame } from "./frame.js";

/** Mean and standard deviation of one channel of a frame, in counts. */
export interface ChannelStatistics {
  readonly mean: number;
  readonly sd: number;
}

/** Statistics of each channel over the whole frame. */
export function channelStatistics(frame: Frame): ChannelStatistics[] {
  const { channels, data } = frame;
  const pixels = data.length / channels;
  return Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c; i < data.length; i += channels) sum += data[i]!;
    const mean = sum / pixels;
    let squares = 0;
    for (let i = c; i < data.length; i += channels) squares += (data[i]! - mean) ** 2;
    return { mean, sd: Math.sqrt(squares / pixels) };
  });
}

/** One channel with mean 0 and s.d. 1 (or all 0 where the frame is flat), row by row. */
export function standardisedChannel(frame: Frame, channel: number, statistics: ChannelStatistics): Float32Array {
  const { channels, data } = frame;
  const out = new Float32Array(data.length / channels);
  const scale = statistics.sd > 0 ? 1 / statistics.sd : 0;
  for (let i = 0, k = channel; i < out.length; i++, k += channels) out[i] = (data[k]! - statistics.mean) * scale;
  return out;
}
