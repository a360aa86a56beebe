// Verdicts where they are hard, in focus and out of it by 1 to 2 DOF units, by whom they are given: npm run bench:verdicts.
// Real frames that no network was trained on (held-out T98G fields; airway and microtissue of other laboratories) are put out of focus by
// computation, optics drawn. Prints tables and writes bench/results/verdicts.json.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { markdown } from "../src/evaluate/band-tables.js";
import { THRESHOLDS, verdictByTiles } from "../src/evaluate/measure-frame.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { loadClassifier } from "../src/focus/classifier.js";
import { judgeFrame } from "../src/focus/judge-frame.js";
import type { Verdict } from "../src/focus/verdict.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import type { Frame } from "../src/frames/frame.js";
import { findModel } from "../src/models/registry.js";
import { defocusFrame, FORWARD_MODELS, readSource } from "../src/train/dataset/defocused-frame.js";
import { listFields, splitByGroup } from "../src/train/dataset/fields.js";
import { areaUnderCurve } from "../src/train/metrics/auc.js";
import { createRandom } from "../src/train/random.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    classifier: { type: "string", default: "sdcnn" },
    out: { type: "string", default: "bench/results/verdicts.json" },
    /** Frames of each field, band and forward model. */
    draws: { type: "string", default: "4" },
    seed: { type: "string", default: "777" },
  },
});
const DATA = realFramesFor("bench:verdicts");
const BANDS = [
  { name: "0-0.35", from: 0, to: 0.35 },
  { name: "1-1.3", from: 1, to: 1.3 },
  { name: "1.3-2", from: 1.3, to: 2 },
];
const WAYS = ["tiles alone", "tiles and spectrum"] as const;

const model = await findModel(options.models, options.classifier, "classifier");
const engine = await openOnnxEngine();
const classifier = await loadClassifier(engine, model);

const { validation } = splitByGroup(await listFields(join(DATA, "t98g-fields")), 3);
const microtissue = await listFields(join(DATA, "microtissue"));
const groups = [
  { name: "T98G, held out", fields: validation, microscope: T98G },
  { name: "airway", fields: await listFields(join(DATA, "airway")), microscope: AIRWAY },
  { name: "microtissue", fields: microtissue.filter((_, k) => k % 5 === 0), microscope: MICROTISSUE },
];

interface Judged {
  readonly source: string;
  readonly band: string;
  readonly model: string;
  readonly dof: number;
  readonly by: readonly { readonly verdict: Verdict; readonly pDefocused: number | null }[];
}
const judged: Judged[] = [];
for (const [g, { name, fields, microscope }] of groups.entries()) {
  const sampling = pixelSampling(microscope.pixelUm, microscope.na, USUAL_WAVELENGTH_UM);
  for (const [f, field] of fields.entries()) {
    const source = { ...(await readSource(field)), ...microscope };
    for (let draw = 0; draw < Number(options.draws); draw++) {
      for (const [b, band] of BANDS.entries()) {
        for (const [m, forward] of FORWARD_MODELS.entries()) {
          const random = createRandom(
            Number(options.seed) * 1_000_003 + (((g * 100 + f) * 10 + b) * 10 + m) * 100 + draw,
          );
          const dof = random.between(band.from, band.to) * random.sign();
          const { frame } = defocusFrame(source, forward, dof, random);
          judged.push({ source: name, band: band.name, model: forward, dof, by: await verdictsOn(frame, sampling) });
        }
      }
    }
    process.stderr.write(`${name}: ${f + 1} of ${fields.length}\n`);
  }
}

async function verdictsOn(frame: Frame, sampling: number): Promise<Judged["by"]> {
  const judgement = await judgeFrame(frame, classifier, THRESHOLDS, sampling);
  return [verdictByTiles(judgement), { verdict: judgement.verdict, pDefocused: judgement.pDefocused }];
}

const rows = groups.flatMap(({ name }) =>
  BANDS.map((band) => {
    const some = judged.filter((one) => one.source === name && one.band === band.name);
    const meant: Verdict = band.from < 1 ? "focused" : "defocused";
    const cells = WAYS.map((_, way) => {
      const verdicts = some.map(({ by }) => by[way]!.verdict);
      const right = verdicts.filter((verdict) => verdict === meant).length;
      const uncertain = verdicts.filter((verdict) => verdict === "uncertain" || verdict === "blank").length;
      return `${right} / ${uncertain} / ${some.length - right - uncertain}`;
    });
    return [name, band.name, some.length, ...cells];
  }),
);
const title = `Verdicts of ${model.card.name} ${model.card.version}, right / uncertain / wrong`;
process.stdout.write(`${markdown({ title, columns: ["frames of", "|z| in DOF", "frames", ...WAYS], rows })}\n`);

/** Share of the frames of a source and band with P on the right side of 0.5; a frame called blank has none, and is not right. */
function accuracy(source: string, { name, from }: (typeof BANDS)[number], way: number): number {
  const some = judged.filter((one) => one.source === source && one.band === name);
  const isRight = (p: number | null) => p !== null && p > 0.5 === from >= 1;
  return some.filter(({ by }) => isRight(by[way]!.pDefocused)).length / some.length;
}
function pOf(source: string, way: number, defocused: boolean): number[] {
  return judged
    .filter((one) => one.source === source && Math.abs(one.dof) >= 1 === defocused)
    .flatMap(({ by }) => by[way]!.pDefocused ?? []);
}
/** As if half of the frames were in focus and the others spread evenly over 1 to 4.5 DOF units, all of those beyond 2 right. */
function overall(source: string, way: number): number {
  const [focused, ...out] = BANDS;
  const missed = out.reduce((sum, band) => sum + ((band.to - band.from) / 3.5) * (1 - accuracy(source, band, way)), 0);
  return (accuracy(source, focused!, way) + 1 - missed) / 2;
}
process.stdout.write(
  `${markdown({
    title: "Accuracy (P > 0.5), and of half in focus and half at 1 to 4.5 DOF units, if all beyond 2 are right",
    columns: ["frames of", "by", ...BANDS.map(({ name }) => name), "all", "AUC of these frames"],
    rows: groups.flatMap(({ name }) =>
      WAYS.map((by, way) => [
        name,
        by,
        ...BANDS.map((band) => accuracy(name, band, way).toFixed(3)),
        overall(name, way).toFixed(4),
        areaUnderCurve(pOf(name, way, true), pOf(name, way, false)).toFixed(4),
      ]),
    ),
  })}\n`,
);

await mkdir(dirname(options.out), { recursive: true });
const { name, version, sha256 } = model.card;
await writeFile(
  options.out,
  `${JSON.stringify({ model: { name, version, sha256 }, seed: Number(options.seed), ways: WAYS, judged }, sixDigits)}\n`,
);
process.stdout.write(`${options.out}\n`);
await engine.dispose();
