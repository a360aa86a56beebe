import { greyPicture } from "../../frames/grey-picture.js";
import { shrink } from "../../frames/thumbnails.js";
import { type Html, html, nameOf } from "../../report/page/html.js";
import { type Plane, quantile } from "../../train/plane.js";
import type { Mosaic } from "../mosaic.js";
import type { EvaluatedFrame } from "../run-evaluation.js";

const MOSAIC_SIDE = 480;

/** A frame's richest part in focus, out of it and as each reconstructor made it, all with the grey scale of the one in focus. */
export async function shot({ measured, detail }: EvaluatedFrame): Promise<Html> {
  const { source, model, dof, verdict, pDefocused, before, restored } = measured;
  const p = pDefocused === null ? "" : `, P(defocused) ${pDefocused.toFixed(2)}`;
  const pictures = [
    { name: "in focus", plane: detail.focused },
    { name: `computed, SSIM ${before.ssim.toFixed(2)}`, plane: detail.before },
    ...restored.map((one, k) => ({ name: `${one.name}, SSIM ${one.ssim.toFixed(2)}`, plane: detail.after[k]! })),
  ];
  return html`<figure class="shot"><figcaption><b>${nameOf(source)}</b> ${model}, z ${dof.toFixed(2)} DOF units; called ${verdict ?? "nothing"}${p}</figcaption>${await row(pictures, detail.focused)}</figure>`;
}

export async function mosaicShot({ figures, focused, before, after }: Mosaic): Promise<Html> {
  const pictures = [
    { name: "in focus", plane: focused },
    { name: `computed, SSIM ${figures.ssimBefore.toFixed(2)}`, plane: before },
    { name: `after, SSIM ${figures.ssimAfter.toFixed(2)}`, plane: after },
  ].map(({ name, plane }) => ({ name, plane: smaller(plane) }));
  return html`<figure class="shot"><figcaption><b>${nameOf(figures.source)}</b> four positions, ${figures.reconstructed.filter(Boolean).length} of them reconstructed</figcaption>${await row(pictures, focused)}</figure>`;
}

async function row(pictures: readonly { name: string; plane: Plane }[], scaledAs: Plane): Promise<Html> {
  const [low, high] = [quantile(scaledAs.data, 0.002), quantile(scaledAs.data, 0.998)];
  const cells: Html[] = [];
  for (const { name, plane } of pictures) {
    const bytes = await greyPicture({ ...plane, channels: 1, values: Float64Array.from(plane.data) }, low, high);
    cells.push(
      html`<div>${name}<img alt="${name}" loading="lazy" decoding="async" src="data:image/webp;base64,${bytes.toString("base64")}"></div>`,
    );
  }
  return html`<div class="row">${cells}</div>`;
}

function smaller(plane: Plane): Plane {
  const { width, height, values } = shrink({ ...plane, channels: 1, bitDepth: 32, sampleFormat: "float" }, MOSAIC_SIDE);
  return { width, height, data: Float32Array.from(values) };
}
