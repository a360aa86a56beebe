import { reconstructorTable } from "../../train/adapt/reconstructor-card.js";
import type { TuneReport } from "./adapt-reconstructor.js";
import { aligned } from "./aligned.js";

/** For people: before and after, and how to use what was written, or why nothing was. */
export function reconstructorText(report: TuneReport, source: string): string {
  const { old, name, learnt, heldOut, steps, share, own, installed, shortcomings, seconds } = report;
  const { columns, rows } = reconstructorTable(old, report, source);
  const table = aligned([columns, ...rows.map((row) => row.map((cell) => cell ?? ""))]);
  return [
    `Reconstructor ${old.name} ${old.version}, fine-tuned on ${learnt} frames of ${source} (${steps} steps) and held against itself as it was on ` +
      `${heldOut} that it did not learn from (${seconds} s).`,
    "Pieces of these, and of ordinary frames, were put out of focus by computation. SSIM to the piece in focus: 1 is the same, 0 is nothing alike.",
    "",
    table,
    ...(share === 1
      ? []
      : ["(adapted: the mean of old weights and fine-tuned ones, which did better than the fine-tuned by themselves)"]),
    ...(installed === null
      ? [
          `Not better, so ${old.name} stays in use and nothing was written:`,
          ...shortcomings.map((why) => `  - ${why}`),
          "More frames, of more positions, or more --minutes may help.",
        ]
      : [
          `Better: out of focus (from 1 DOF on) SSIM +${own.gain.toFixed(3)} ± ${own.error.toFixed(3)} on your frames. Written: ${installed}`,
          `To use it:  models: { reconstructor: ${name} }  in the configuration, and start refocusd again.`,
          `To go back: models: { reconstructor: ${old.name} }; it stays where it is.`,
        ]),
    "",
  ].join("\n");
}

/** For scripts. */
export function reconstructorJson({ old: { name, version, sha256 }, ...report }: TuneReport): object {
  return { parent: { name, version, sha256 }, ...report };
}
