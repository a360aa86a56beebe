import type { EvaluatedFrame } from "./run-evaluation.js";

/** Of each forward model and band out of focus the frame whose reconstruction has the median SSIM: neither the best nor the worst. */
export function typicalFrames(frames: readonly EvaluatedFrame[]): EvaluatedFrame[] {
  const kinds = new Map<string, EvaluatedFrame[]>();
  for (const frame of frames) {
    const { model, band, defocused } = frame.measured;
    if (defocused) kinds.set(`${model} ${band}`, [...(kinds.get(`${model} ${band}`) ?? []), frame]);
  }
  return [...kinds.values()].map((some) => [...some].sort(bySsim)[some.length >> 1]!);
}

/** Those that the first reconstructor helped least or harmed most. */
export function worstReconstructed(frames: readonly EvaluatedFrame[], count: number): EvaluatedFrame[] {
  const gain = ({ measured: m }: EvaluatedFrame) => m.restored[0]!.ssim - m.before.ssim;
  return frames
    .filter((f) => f.measured.restored.length > 0)
    .sort((a, b) => gain(a) - gain(b))
    .slice(0, count);
}

/** Those whose P is farthest from what they are. */
export function worstJudged(frames: readonly EvaluatedFrame[], count: number): EvaluatedFrame[] {
  const off = ({ measured: m }: EvaluatedFrame) => Math.abs((m.pDefocused ?? 0.5) - (m.defocused ? 1 : 0));
  return [...frames].sort((a, b) => off(b) - off(a)).slice(0, count);
}

function bySsim(a: EvaluatedFrame, b: EvaluatedFrame): number {
  return (a.measured.restored[0]?.ssim ?? 0) - (b.measured.restored[0]?.ssim ?? 0);
}
