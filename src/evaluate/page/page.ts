import type { FigureTable } from "../../models/card.js";
import { Html, html, nameOf } from "../../report/page/html.js";
import { typicalFrames, worstJudged, worstReconstructed } from "../choose-examples.js";
import { calibration } from "../curves.js";
import type { Report } from "../report.js";
import type { Evaluation } from "../run-evaluation.js";
import { COMPARED_SIDE } from "../search-psf.js";
import { charts, profile } from "./charts.js";
import { mosaicShot, shot } from "./shots.js";
import { EVALUATION_STYLE } from "./style.js";

const WORST = 4;

/** The report as one page that needs nothing else: no script, no other address. */
export async function evaluationPage(report: Report, evaluation: Evaluation): Promise<string> {
  const { frames, mosaics, rivals } = evaluation;
  const { tables } = report;
  const typical = typicalFrames(frames);
  const shots = async (some: typeof frames) => {
    const made: Html[] = [];
    for (const frame of some) made.push(await shot(frame));
    return html`<div class="shots">${made}</div>`;
  };
  const mosaicShots: Html[] = [];
  for (const mosaic of mosaics) mosaicShots.push(await mosaicShot(mosaic));
  const said = frames.flatMap(({ measured: m }) => m.tiles.map((p) => ({ p, isSo: m.defocused })));
  const { error, brier } = calibration(said);
  const profiled = typical.filter(({ measured }) => measured.band !== "1-2");
  const which = report.heldOut
    ? `They were held out when ${report.heldOut} was trained.`
    : "Whether the networks learnt from them was not checked: all of the folder's were taken.";
  const few = tables.main.rows.every((row) => row[3] === null)
    ? html`<p class="soft">Too few groups of fields for confidence intervals: what is found here may be otherwise on other fields.</p>`
    : html``;
  const models = [report.classifier, ...report.others, ...report.reconstructors].map(
    (m) => html`<li>${m.name} ${m.version}, weights <code>${m.sha256.slice(0, 12)}</code></li>`,
  );
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><title>refocusd evaluate: ${report.data}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="refocusd"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>${new Html(EVALUATION_STYLE)}</style></head><body>
<header><h1>How well the networks do on ${nameOf(report.data)}</h1><p class="soft">refocusd evaluate, ${report.date}</p></header>
<main><p class="warning"><strong>Every frame here was put out of focus by computation.</strong> ${frames.length} frames were made from ${report.fields} that are taken to be in focus; no through-focus stack of a microscope stands behind any figure. ${which}</p>
<p>Two optical models: <b>weak</b>, the real frame, filtered as a weak object would be; <b>abbe</b>, a phase made from the frame's contrast, imaged anew and exposed by a simulated 12-bit camera. |z| is told in DOF units (λ/NA²): up to 0.35 a frame counts as focused, from 1 as defocused; between them none was made. SSIM, MAE and PSNR are on an 8-bit scale on which the focused frame's 0.1 and 99.9 percentiles are 0 and 255. Optics: NA ${report.na}, ${report.pixelUm} µm a pixel; the rest drawn for each frame.</p>
<h2>In short</h2>${table(tables.main)}${few}<p class="soft">Intervals: 95 % by the bootstrap over groups of fields that overlap.</p>
<h2>Classifier</h2>${table(tables.confusion)}${tables.classifiers.map(table)}<div class="charts">${charts(frames).slice(0, 3)}</div><p class="soft">Of all tiles: expected calibration error ${error.toFixed(3)}, Brier score ${brier.toFixed(3)}.</p>
${table(tables.distance)}<p class="soft">Of every judged frame, focused ones too; "told" counts the frames for which the classifier tells a distance. The interval should hold |z| in 0.68 of cases.</p>
${table(tables.smaller)}<p class="soft">Cropping keeps the frame's middle pixel by pixel; resizing keeps the whole with fewer pixels (means of boxes). A blank piece shows nothing and is not judged.</p>
<h2>Reconstructions</h2><p><strong>Computed, not measured.</strong></p>${tables.reconstructors.map(table)}<div class="charts">${charts(frames).slice(3)}</div>
<h3>Typical frames</h3><p class="soft">Of each model and band the one with the median SSIM after ${report.reconstructors[0]!.name}; the richest 240 pixels.</p>${await shots(typical)}
<h3>Intensity profiles</h3><p class="soft">Along the liveliest row of some of the pictures above.</p><div class="charts">${profiled.map(profile)}</div>
<h3>Beside Richardson-Lucy deconvolution</h3>${table(tables.rivals)}<p class="soft">On the middle ${COMPARED_SIDE} pixels of ${rivals.length} frames. For each frame the point spread function (Gaussian or disc) and the number of iterations were those that come closest to the focused frame, which nobody has at the microscope: this favours Richardson-Lucy.</p>
<h3>Fooling test</h3><p>How well the classifier tells focused frames from what was made of the defocused ones is the AUC “focused against what … made” in the first table. 0.5 is not at all; the paper found 0.9953 before and 0.6951 after. It tells whether reconstructions look focused, not whether they are true.</p>
<h2>Stitched mosaics</h2><p class="soft">A field cut into four positions that overlap by 128 pixels, two of them out of focus; those that are called defocused are reconstructed; stitched by the known offsets. Seams: the mean difference of two pieces where they overlap. By the weak model.</p>${table(tables.mosaics)}<div class="shots">${mosaicShots}</div>
<h2>Worst cases</h2><h3>Least helped by ${report.reconstructors[0]!.name}</h3>${await shots(worstReconstructed(frames, WORST))}<h3>Farthest from the truth in P(defocused)</h3>${await shots(worstJudged(frames, WORST))}
<h2>Time and tools</h2>${table(tables.time)}<ul class="plain">${models}</ul><p class="soft">${report.engine} on ${report.processor}; seed ${report.seed}. Times are of this run, with whatever else the machine did.</p><p><code>${report.command}</code></p></main>
<footer><p>All figures, frame by frame, are in evaluate.json beside this page.</p></footer></body></html>`.text
  }\n`;
}

function table({ title, columns, rows }: FigureTable): Html {
  const head = columns.map((column) => html`<th>${column}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((cell) => html`<td class="${kindOf(cell)}">${cell ?? "–"}</td>`)}</tr>`,
  );
  return html`<h3>${title}</h3><div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Bands such as 0-0.35 and names are not to be broken where a phone has little room; whole phrases are. */
function kindOf(cell: FigureTable["rows"][number][number]): "n" | "word" | "words" {
  if (typeof cell === "number") return "n";
  return cell === null || !/\s/.test(cell) ? "word" : "words";
}
