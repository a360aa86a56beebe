import { reconstructorTable } from "../../train/adapt/reconstructor-card.js";
import { signed } from "../../train/adapt/restored-score.js";
import type { TriedShare, TuneReport } from "./adapt-reconstructor.js";
import { aligned } from "./aligned.js";

/** For people: before and after, and how to use what was written, or why nothing was. */
export function reconstructorText(report: TuneReport, source: string): string {
  const { old, name, learnt, heldOut, steps, share, tried, own, isHeld, installed, shortcomings, seconds } = report;
  const { columns, rows } = reconstructorTable(old, report, source);
  const table = aligned([columns, ...rows.map((row) => row.map(cellText))]);
  return [
    `Reconstructor ${old.name} ${old.version}, fine-tuned on ${learnt} frames (${source}; ${steps} steps) and held against itself as it was on ` +
      `${heldOut} that it did not learn from (${seconds} s).`,
    "Pieces of these, and of ordinary frames, were put out of focus by computation and reconstructed, " +
      `${isHeld ? "held to their source" : "by the network alone"}. SSIM to the piece in focus: 1 is the same, 0 is nothing alike.`,
    "",
    table,
    `Gain in SSIM out of focus (1 DOF and more), yours / ordinary: ${tried.map(triedWords).join("; ")}. The table shows ${shareWords(share)}.`,
    ...(installed === null
      ? [
          `Not better, so ${old.name} stays in use and nothing was written:`,
          ...shortcomings.map((why) => `  - ${why}`),
          "More frames, of more positions, or more --minutes may help.",
        ]
      : [
          `Better: out of focus (from 1 DOF on) SSIM ${signed(own.gain)} ± ${own.error.toFixed(3)} on your frames. Written: ${installed}`,
          `To use it:  models: { reconstructor: ${name} }  in the configuration, and start refocusd again.`,
          `To go back: models: { reconstructor: ${old.name} }; it stays where it is.`,
        ]),
    "",
  ].join("\n");
}

function cellText(cell: string | number | null): string {
  return typeof cell === "number" && !Number.isInteger(cell) ? cell.toFixed(3) : String(cell ?? "");
}

function triedWords({ share, own, ordinary }: TriedShare): string {
  return `${shareWords(share)} ${signed(own)} / ${signed(ordinary)}`;
}

/** Of the way from the old weights to those that were learnt. */
function shareWords(share: number): string {
  return share === 1 ? "fine-tuned" : `fine-tuned by ${share * 100} %`;
}

/** For scripts. */
export function reconstructorJson({ old: { name, version, sha256 }, ...report }: TuneReport): object {
  return { parent: { name, version, sha256 }, ...report };
}
