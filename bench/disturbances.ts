// What becomes of verdicts and reconstructions when a camera, a lamp, an export or the configuration does something that frames computed for
// training and for the other benches do not show: npm run bench:disturbances. Real frames (T98G fields held out from the training, airway and
// microtissue of other laboratories) are put out of focus by computation and disturbed then, in focus as out of it. Prints a table and
// writes bench/results/disturbances.json.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { markdown } from "../src/evaluate/band-tables.js";
import { BANDS } from "../src/evaluate/bands.js";
import { type Known, type Measured, measureDefocused, type Networks, planeOf } from "../src/evaluate/measure-frame.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { loadClassifier } from "../src/focus/classifier.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import { findModel } from "../src/models/registry.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { systemClock } from "../src/system/clock.js";
import { defocusFrame, FORWARD_MODELS, frameOf, readSource } from "../src/train/dataset/defocused-frame.js";
import { type Field, listFields, splitByGroup } from "../src/train/dataset/fields.js";
import { mapPlane, type Plane, quantile } from "../src/train/plane.js";
import { createRandom } from "../src/train/random.js";
import { DISTURBANCES, middleOf } from "./disturbances/disturbances.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";
import { mean } from "./trust/statistics.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    classifier: { type: "string", default: "sdcnn" },
    reconstructor: { type: "string", default: "resunet-guided" },
    out: { type: "string", default: "bench/results/disturbances.json" },
    seed: { type: "string", default: "4200" },
    threads: { type: "string" },
  },
});
const DATA = realFramesFor("bench:disturbances");
/** Of the middle of a frame, px. */
const SIDE = 720;
/** Counts of the background, in 16 bits. */
const BACKGROUND = 12_000;

const engine = await openOnnxEngine(options.threads === undefined ? {} : { threads: Number(options.threads) });
const classifier = await findModel(options.models, options.classifier, "classifier");
const reconstructor = await findModel(options.models, options.reconstructor, "reconstructor");
const networks: Networks = {
  classifier: await loadClassifier(engine, classifier),
  reconstructors: [{ name: options.reconstructor, network: await loadReconstructor(engine, reconstructor) }],
};

const { validation } = splitByGroup(await listFields(join(DATA, "t98g-fields")), 3);
const airway = await listFields(join(DATA, "airway"));
const microtissue = await listFields(join(DATA, "microtissue"));
const groups = [
  { name: "T98G", fields: pick(validation, [0, 2, 4, 6]), microscope: T98G },
  { name: "airway", fields: pick(airway, [1, 4]), microscope: AIRWAY },
  { name: "microtissue", fields: pick(microtissue, [3, 12, 25]), microscope: MICROTISSUE },
];

/** A frame and the one in focus, as shares of the background. */
interface Pair {
  readonly group: string;
  readonly known: Known & { readonly sampling: number };
  readonly seed: number;
  readonly frame: Plane;
  readonly reference: Plane;
}
const pairs: Pair[] = [];
for (const { name: group, fields, microscope } of groups) {
  for (const field of fields) {
    const source = { ...(await readSource(field)), ...microscope };
    for (const model of FORWARD_MODELS) {
      for (const band of BANDS) {
        const seed = Number(options.seed) + pairs.length;
        const random = createRandom(seed);
        const dof = random.between(band.from, band.to) * random.sign();
        const { frame, reference } = defocusFrame(source, model, dof, random);
        const background = quantile(reference.data, 0.5);
        const share = (plane: Plane) => mapPlane(middleOf(plane, SIDE), (value) => value / background);
        const sampling = pixelSampling(microscope.pixelUm, microscope.na, USUAL_WAVELENGTH_UM);
        const known = { source: source.name, model, band, dof, sampling };
        pairs.push({ group, known, seed, frame: share(planeOf(frame)), reference: share(reference) });
        say(`${pairs.length} frames rendered`);
      }
    }
  }
}

const found: { readonly disturbance: string; readonly group: string; readonly measured: Measured }[] = [];
for (const { name: disturbance, apply, sampling = 1 } of DISTURBANCES) {
  for (const { group, known, seed, frame, reference } of pairs) {
    const disturbed = async (plane: Plane) => {
      const made = await apply(plane, createRandom(seed + 1_000_000));
      return frameOf(
        mapPlane(made, (value) => value * BACKGROUND),
        16,
      );
    };
    const both = { frame: await disturbed(frame), reference: planeOf(await disturbed(reference)) };
    const told = sampling === null ? undefined : known.sampling * sampling;
    const { measured } = await measureDefocused(networks, both, { ...known, sampling: told }, systemClock);
    found.push({ disturbance, group, measured });
  }
  say(disturbance);
}

const columns = [
  "what is done to the frames",
  "in focus, right / uncertain / wrong",
  "out of focus",
  ...groups.map(({ name }) => `SSIM, ${name}: as it is, network alone, held`),
  "in focus, held",
  "worse by 0.02: alone, held",
];
const rows = DISTURBANCES.map(({ name }) => {
  const all = found.filter(({ disturbance }) => disturbance === name);
  const [out, inFocus] = [true, false].map((isOut) => all.filter(({ measured }) => measured.defocused === isOut));
  const of = (group: string) => out!.filter((one) => one.group === group).map(({ measured }) => measured);
  return [
    name,
    verdicts(inFocus!.map(({ measured }) => measured)),
    verdicts(out!.map(({ measured }) => measured)),
    ...groups.map(({ name: group }) =>
      [before, alone, held].map((figure) => mean(of(group).map(figure)).toFixed(3)).join(" → "),
    ),
    mean(inFocus!.map(({ measured }) => held(measured))).toFixed(3),
    [alone, held]
      .map((figure) => all.filter(({ measured }) => figure(measured) < before(measured) - 0.02).length)
      .join(", "),
  ];
});
const title = `${pairs.length} computed frames, disturbed in ${DISTURBANCES.length - 1} ways (mean SSIM of those out of focus)`;
process.stdout.write(`${markdown({ title, columns, rows })}\n`);
await mkdir(dirname(options.out), { recursive: true });
const models = [classifier, reconstructor].map(({ card: { name, version, sha256 } }) => ({ name, version, sha256 }));
const frames = found.map(({ disturbance, group, measured }) => {
  const { source, model, dof, verdict, pDefocused } = measured;
  return [
    disturbance,
    group,
    source,
    model,
    dof,
    verdict,
    pDefocused,
    before(measured),
    alone(measured),
    held(measured),
  ];
});
const fields = ["what", "group", "source", "model", "dof", "verdict", "pDefocused", "before", "alone", "held"];
const result = { models, seed: Number(options.seed), columns, rows, fields, frames };
await writeFile(options.out, `${JSON.stringify(result, sixDigits)}\n`);
process.stdout.write(`${options.out}\n`);
await engine.dispose();

function pick(fields: readonly Field[], places: readonly number[]): Field[] {
  return places.map((place) => fields[place]!);
}

function verdicts(some: readonly Measured[]): string {
  const right = some.filter(({ verdict, defocused }) => verdict === (defocused ? "defocused" : "focused")).length;
  const uncertain = some.filter(({ verdict }) => verdict === "uncertain" || verdict === "blank").length;
  return `${right} / ${uncertain} / ${some.length - right - uncertain}`;
}

function before({ before: { ssim } }: Measured): number {
  return ssim;
}

function alone({ restored }: Measured): number {
  return restored[0]!.ssimAlone;
}

function held({ restored }: Measured): number {
  return restored[0]!.ssim;
}

function say(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what}\u001b[K`);
}
