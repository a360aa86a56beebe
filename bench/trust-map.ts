// Whether trust maps point at the right places: npm run bench:trust-map. Real frames that were put out of focus by computation, as in
// bench:trust; within each frame the two maps are ranked against the true error of the reconstruction, and so is what anybody could say without
// them: how much contrast there is. Prints a table.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { planeOf } from "../src/evaluate/measure-frame.js";
import { distanceOf } from "../src/focus/spectrum/distance-of.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import type { Frame } from "../src/frames/frame.js";
import { encodePng } from "../src/frames/picture/png.js";
import { findModel } from "../src/models/registry.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { restoreFrame } from "../src/restore/restore-frame.js";
import { evidenceFor, trustFrom } from "../src/restore/trust/estimate-trust.js";
import { trustMapPicture } from "../src/restore/trust/trust-map-picture.js";
import { defocusFrame, FORWARD_MODELS, readSource } from "../src/train/dataset/defocused-frame.js";
import { listFields, splitByGroup } from "../src/train/dataset/fields.js";
import type { Plane } from "../src/train/plane.js";
import { createRandom } from "../src/train/random.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";
import { mean, rankCorrelation } from "./trust/statistics.js";

const { values: options } = parseArgs({
  options: {
    /** Only sources whose name has this in it. */
    source: { type: "string", default: "" },
  },
});
const DATA = realFramesFor("bench:trust-map");
const BANDS = [
  [0.35, 1],
  [1, 2],
  [2, 3],
  [3, 4.5],
] as const;

/** Over the variance in a place and a twentieth of the frame's: what is a small error in a cell is a large one where there is nothing. */
const FLOOR = 0.05;

const engine = await openOnnxEngine();
const model = await findModel("models", "resunet-guided", "reconstructor");
const network = await loadReconstructor(engine, model);
const { trust } = model.card;
const part = (await findModel("models", "sdcnn", "classifier")).card.spectrum?.distance;
if (part === undefined) throw new RangeError("sdcnn tells no distance from focus");
const { validation } = splitByGroup(await listFields(join(DATA, "t98g-fields")), 3);
const [airway, microtissue] = [await listFields(join(DATA, "airway")), await listFields(join(DATA, "microtissue"))];
const groups = [
  { name: "T98G, held out", fields: validation, microscope: T98G },
  { name: "airway", fields: [0, 3, 5].map((k) => airway[k]!), microscope: AIRWAY },
  { name: "microtissue", fields: microtissue.filter((_, k) => k % 9 === 0), microscope: MICROTISSUE },
].filter(({ name }) => name.includes(options.source));
const say = (line: string) => process.stdout.write(`${line}\n`);
const drawn = { ms: [] as number[], bytes: [] as number[] };
say(
  "| source | frames | disagreement, blocks of 64 px | contrast | disagreement per contrast | unexplained, squares | contrast | unexplained per contrast |",
);
say("|---|---|---|---|---|---|---|---|");
for (const [g, { name, fields, microscope }] of groups.entries()) {
  const found: number[][] = [];
  for (const [f, field] of fields.entries()) {
    const source = { ...(await readSource(field)), ...microscope };
    const sampling = pixelSampling(microscope.pixelUm, microscope.na, USUAL_WAVELENGTH_UM);
    for (const [b, [from, to]] of BANDS.entries()) {
      // The two models of how defocus comes about, in turn.
      const forward = FORWARD_MODELS[(f + b) % FORWARD_MODELS.length]!;
      const random = createRandom(77 * 1_000_003 + (g * 100 + f) * 10 + b);
      const { frame, reference } = defocusFrame(source, forward, random.between(from, to) * random.sign(), random);
      found.push(await correlations(frame, reference, sampling));
      if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${found.length} `);
    }
  }
  const of = (k: number) => mean(found.map((one) => one[k]!)).toFixed(2);
  say(`| ${name} | ${found.length} | ${of(0)} | ${of(1)} | ${of(2)} | ${of(3)} | ${of(4)} | ${of(5)} |`);
}
say(
  `\ndrawing and packing a map: ${mean(drawn.ms).toFixed(0)} ms, ${(mean(drawn.bytes) / 1000).toFixed(0)} kB on average`,
);
await engine.dispose();

/** Within one frame. */
async function correlations(frame: Frame, reference: Plane, sampling: number): Promise<number[]> {
  const how = { distance: distanceOf(frame, part!, sampling), sampling };
  const restored = await restoreFrame(frame, network, how);
  const evidence = await evidenceFor(frame, restored, network, { ...how, isLocal: true });
  const local = evidence?.local;
  if (evidence === undefined || local === undefined || trust === undefined) throw new RangeError("no evidence");
  const plane = planeOf(restored.frame);
  const { disagreement, unexplained } = local;
  const blocks = disagreement.values.map((value, k) => ({
    value,
    left: (k % disagreement.columns) * disagreement.side,
    top: Math.floor(k / disagreement.columns) * disagreement.side,
  }));
  const pieces = unexplained.pieces.map(({ share, ...place }) => ({ ...place, value: share }));
  const began = performance.now();
  const png = encodePng(trustMapPicture(restored.frame, "a.tif", trustFrom(evidence, trust)!, local), {});
  drawn.ms.push(performance.now() - began);
  drawn.bytes.push(png.length);
  return [
    ...ranked(blocks, disagreement.side, plane, reference),
    ...ranked(pieces, unexplained.side, plane, reference),
  ];
}

/**
 * Rank correlations with the true squared error: of the map's values, and of the reconstruction's contrast there; and of the map's values with the
 * error when both are told as shares of the contrast in the place.
 */
function ranked(
  places: readonly { readonly value: number; readonly left: number; readonly top: number }[],
  side: number,
  restored: Plane,
  reference: Plane,
): [ofMap: number, ofContrast: number, ofShares: number] {
  const looked = places.map(({ value, left, top }) => {
    let [error, count] = [0, 0];
    const [own, truth] = [sums(), sums()];
    for (let y = top; y < Math.min(top + side, reference.height); y++) {
      for (let x = left; x < Math.min(left + side, reference.width); x++, count++) {
        const at = y * reference.width + x;
        const [r, t] = [restored.data[at]!, reference.data[at]!];
        error += (r - t) ** 2;
        own.add(r);
        truth.add(t);
      }
    }
    return { value, error: error / count, contrast: own.variance(), truth: truth.variance() };
  });
  const most = mean(looked.map(({ contrast }) => contrast));
  const column = (of: (one: (typeof looked)[number]) => number) => looked.map(of);
  const error = column((one) => one.error);
  return [
    rankCorrelation(
      column((one) => one.value),
      error,
    ),
    rankCorrelation(
      column((one) => one.contrast),
      error,
    ),
    rankCorrelation(
      column((one) => one.value / (one.contrast / most + FLOOR)),
      column((one) => one.error / (one.truth + FLOOR * most)),
    ),
  ];
}

function sums() {
  let [n, sum, squares] = [0, 0, 0];
  return {
    add(value: number) {
      n++;
      sum += value;
      squares += value * value;
    },
    variance: () => squares / n - (sum / n) ** 2,
  };
}
