// How far out of focus frames are said to be, by the power spectrum and by the trust code, on the same frames: npm run bench:distance.
// Real frames that no network was trained on (held-out T98G fields; airway and microtissue of other laboratories) are put out of focus by
// computation, optics drawn. Prints tables and writes bench/results/distance.json.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { markdown } from "../src/evaluate/band-tables.js";
import { distanceTable, type WithDistance } from "../src/evaluate/distance-table.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { distanceOf } from "../src/focus/spectrum/distance-of.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import { findModel } from "../src/models/registry.js";
import type { Distance } from "../src/optics/distance.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { restoreFrame } from "../src/restore/restore-frame.js";
import { evidenceFor } from "../src/restore/trust/estimate-trust.js";
import { bitDepthOf, defocusFrame, FORWARD_MODELS, frameOf, readSource } from "../src/train/dataset/defocused-frame.js";
import { type Field, listFields, readField, splitByGroup } from "../src/train/dataset/fields.js";
import { createRandom } from "../src/train/random.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    classifier: { type: "string", default: "sdcnn" },
    reconstructor: { type: "string", default: "resunet-guided" },
    out: { type: "string", default: "bench/results/distance.json" },
    /** Use only so many fields of each source. */
    fields: { type: "string", default: "8" },
    seed: { type: "string", default: "70" },
  },
});
const DATA = realFramesFor("bench:distance");
const EDGES = [0, 0.35, 1, 1.5, 2, 3, 4, 5.2];
const BANDS = EDGES.slice(0, -1).map((from, k) => ({ name: `${from}-${EDGES[k + 1]}`, from, to: EDGES[k + 1]! }));

const { card } = await findModel(options.models, options.classifier, "classifier");
const part = card.spectrum?.distance;
if (part === undefined) throw new Error(`${card.name} ${card.version} tells no distance`);
const engine = await openOnnxEngine();
const reconstructor = await findModel(options.models, options.reconstructor, "reconstructor");
const network = await loadReconstructor(engine, reconstructor);

const { validation } = splitByGroup(await listFields(join(DATA, "t98g-fields")), 3);
const airway = await listFields(join(DATA, "airway"));
const microtissue = await listFields(join(DATA, "microtissue"));
const most = Number(options.fields);
const groups = [
  { name: "T98G, held out", fields: validation, asTheyAre: validation, microscope: T98G },
  { name: "airway", fields: [0, 3, 5].map((k) => airway[k]!), asTheyAre: airway, microscope: AIRWAY },
  {
    name: "microtissue",
    fields: microtissue.filter((_, k) => k % 9 === 0),
    asTheyAre: microtissue,
    microscope: MICROTISSUE,
  },
];

interface Known extends WithDistance {
  readonly source: string;
  readonly field: string;
  readonly unsampled: Distance | null;
  readonly trustDof: number;
}
const known: Known[] = [];
for (const [g, group] of groups.entries()) {
  const sampling = pixelSampling(group.microscope.pixelUm, group.microscope.na, USUAL_WAVELENGTH_UM);
  for (const [f, field] of group.fields.slice(0, most).entries()) {
    const source = { ...(await readSource(field)), ...group.microscope };
    for (const [b, band] of BANDS.entries()) {
      for (const [m, model] of FORWARD_MODELS.entries()) {
        const random = createRandom(Number(options.seed) * 1_000_003 + ((g * 100 + f) * 10 + b) * 10 + m);
        const dof = random.between(band.from, band.to) * random.sign();
        const { frame } = defocusFrame(source, model, dof, random);
        const evidence = await evidenceFor(frame, await restoreFrame(frame, network), network, { sampling });
        if (evidence === undefined) throw new RangeError(`${source.name} is too small`);
        known.push({
          ...{ source: group.name, field: source.name, model, band: band.name, dof },
          distance: distanceOf(frame, part!, sampling),
          unsampled: distanceOf(frame, part!),
          trustDof: evidence.defocusDof,
        });
      }
    }
    process.stderr.write(`${group.name}: ${f + 1}\n`);
  }
}

const names = BANDS.map(({ name }) => name);
for (const { name } of groups) {
  const some = known.filter(({ source }) => source === name);
  const print = (by: string, all: readonly WithDistance[]) =>
    process.stdout.write(`${markdown(distanceTable(`${name}: ${by}`, names, all))}\n`);
  print("by the spectrum, sampling told", some);
  print(
    "by the spectrum, sampling not told",
    some.map((one) => ({ ...one, distance: one.unsampled })),
  );
  print(
    "by the trust code, sampling told",
    some.map((one) => ({ ...one, distance: { dof: one.trustDof } })),
  );
}

const asTheyAre: { source: string; field: string; distance: Distance | null }[] = [];
for (const { name, asTheyAre: fields, microscope } of groups) {
  const sampling = pixelSampling(microscope.pixelUm, microscope.na, USUAL_WAVELENGTH_UM);
  for (const field of fields) asTheyAre.push({ source: name, ...(await ofField(field, sampling)) });
  const told = asTheyAre.filter(({ source }) => source === name).flatMap(({ distance }) => distance?.dof ?? []);
  const sorted = told.sort((a, b) => a - b).map((dof) => dof.toFixed(2));
  process.stdout.write(`${name} as it is, ${sorted.length} frames, estimated |z|: ${sorted.join(" ")}\n`);
}

await mkdir(dirname(options.out), { recursive: true });
const models = [card, reconstructor.card].map(({ name, version, sha256 }) => ({ name, version, sha256 }));
await writeFile(
  options.out,
  `${JSON.stringify({ models, seed: Number(options.seed), known, asTheyAre }, sixDigits)}\n`,
);
process.stdout.write(`${options.out}\n`);
await engine.dispose();

async function ofField(field: Field, sampling: number) {
  const plane = await readField(field);
  return {
    field: field.path.slice(DATA.length + 1),
    distance: distanceOf(frameOf(plane, bitDepthOf(plane)), part!, sampling),
  };
}
