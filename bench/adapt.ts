// What adapting the classifier to a laboratory brings, on fields that it was not adapted on: npm run bench:adapt.
// Airway and microtissue are of kinds that the network never learnt; held-out T98G fields tell what is forgotten by it. Everything is put out
// of focus by computation; what adapts is the code of `refocusd adapt`. Prints tables and writes bench/results/adapt.json.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { ordinaryFields } from "../src/app/adapt/ordinary-fields.js";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { markdown } from "../src/evaluate/band-tables.js";
import { THRESHOLDS } from "../src/evaluate/measure-frame.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { judgingOf } from "../src/focus/classifier.js";
import type { FigureTable } from "../src/models/card.js";
import { findModel, readPart, WEIGHTS_FILE } from "../src/models/registry.js";
import { adaptClassifier, type Fitted, fitWay, sayOf, type Way } from "../src/train/adapt/adapt-classifier.js";
import { readHead } from "../src/train/adapt/head.js";
import { loadHeadNetwork } from "../src/train/adapt/head-network.js";
import { judgeFields, type Microscope } from "../src/train/adapt/judge-fields.js";
import { type Judged, type SayLogit, type Score, scoreOf } from "../src/train/adapt/score.js";
import { checkFields, type Field, listFields, splitByGroup } from "../src/train/dataset/fields.js";
import { sharpest } from "./adapt/sharpest.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    classifier: { type: "string", default: "sdcnn" },
    out: { type: "string", default: "bench/results/adapt.json" },
    samples: { type: "string", default: "samples" },
    /** Of the training: which fields were held out. */
    "split-seed": { type: "string", default: "3" },
    /** Keeps what the network said of each frame, so that another run need not compute it again. */
    cache: { type: "string" },
  },
});
const DATA = realFramesFor("bench:adapt");

const { card, directory } = await findModel(options.models, options.classifier, "classifier");
const weights = await readPart(join(directory, WEIGHTS_FILE));
const head = readHead(weights);
const engine = await openOnnxEngine();
const network = await loadHeadNetwork(engine, weights, head);
const JUDGING = { thresholds: THRESHOLDS, ...judgingOf(card) };
const known = new Map<string, { frames: Judged[]; seconds: number }>(
  options.cache !== undefined && existsSync(options.cache) ? deserialize(await readFile(options.cache)) : [],
);

const airway = await judgeAll("airway", await listFields(join(DATA, "airway")), AIRWAY);
const tissue = await judgeAll(
  "microtissue",
  await sharpest(await listFields(join(DATA, "microtissue")), 16),
  MICROTISSUE,
);
const held = splitByGroup(await listFields(join(DATA, "t98g-fields")), Number(options["split-seed"])).validation;
const t98g = (await judgeAll("t98g", held.slice(0, 6), T98G)).flat();
const samples = await ordinaryFields(options.samples);
const ordinary = {
  learnt: (await judgeAll("samples learnt", samples.learnt, {})).flat(),
  kept: (await judgeAll("samples kept", samples.kept, {})).flat(),
};

// Of the sharpest, every third tells, until six do, so that both sides are alike.
const tissueTest = tissue.filter((_, k) => k % 3 === 1 || k === 15);
const tissueLearn = tissue.filter((frames) => !tissueTest.includes(frames));
const trials = [
  { name: "airway, times 1 to 3 of 6 (one field)", own: airway.slice(0, 3), test: airway.slice(3) },
  { name: "airway, times 1 to 5 of 6 (one field)", own: airway.slice(0, 5), test: airway.slice(5) },
  { name: "microtissue, 5 frames", own: tissueLearn.slice(0, 5), test: tissueTest },
  { name: "microtissue, 10 frames", own: tissueLearn.slice(0, 10), test: tissueTest },
];
const WORDS: Readonly<Record<Way, string>> = { line: "line", last: "last layer", both: "both dense layers" };
const unchanged: SayLogit = ({ logit }) => logit;
const rows: (string | number | null)[][] = [];
const minutes: (string | number)[][] = [];
for (const { name, own, test } of trials) {
  const started = performance.now();
  const adaptation = adaptClassifier(own.flat(), ordinary, head, THRESHOLDS, 1);
  const fitSeconds = (performance.now() - started) / 1000;
  const { chosen } = adaptation;
  const told = (label: string, say: SayLogit, fieldOut: Score | null) => {
    const on = (frames: readonly Judged[]) => cells(scoreOf(frames, () => say, THRESHOLDS));
    rows.push([name, label, ...(fieldOut ? cells(fieldOut) : [null, null]), ...on(test.flat()), ...on(t98g)]);
  };
  told(`${card.name} ${card.version}`, unchanged, adaptation.before);
  for (const { way, after } of adaptation.tried) {
    const fitted: Fitted = fitWay(way, own.flat(), ordinary.learnt, head, 1);
    told(`${WORDS[way]}${chosen?.way === way ? " (chosen)" : ""}`, sayOf(fitted), after);
  }
  if (chosen === null) rows.push([name, "none is better: nothing installed", ...Array(6).fill(null)]);
  const judged = own.reduce((sum, frames) => sum + secondsOf(frames), 0) + ordinarySeconds();
  minutes.push([name, own.length, seconds(judged), seconds(fitSeconds), seconds(judged + fitSeconds)]);
}

const figures = ["right / uncertain / wrong", "mean -ln P"];
const tables: FigureTable[] = [
  {
    title: "Before and after; fitted on the frames named, each with 8 computed ones",
    columns: [
      "adapted on",
      "classifier",
      ...figures.map((f) => `those, left out in turn: ${f}`),
      ...figures.map((f) => `other frames of the kind: ${f}`),
      ...figures.map((f) => `6 held-out T98G fields: ${f}`),
    ],
    rows,
  },
  {
    title: "How long it takes, s",
    columns: ["adapted on", "frames", "compute and judge", "fit", "together"],
    rows: minutes,
  },
];
for (const table of tables) process.stdout.write(`${markdown(table)}\n`);
await mkdir(dirname(options.out), { recursive: true });
const model = { name: card.name, version: card.version, sha256: card.sha256 };
await writeFile(options.out, `${JSON.stringify({ model, thresholds: THRESHOLDS, tables }, sixDigits, 1)}\n`);
process.stdout.write(`${options.out}\n`);
await engine.dispose();

/** The frames of each field, in the order of the fields. */
async function judgeAll(name: string, fields: readonly Field[], microscope: Microscope): Promise<Judged[][]> {
  await checkFields(fields);
  const all: Judged[][] = [];
  for (const [k, field] of fields.entries()) {
    const key = `${name}/${basename(field.path)}`;
    const started = performance.now();
    const frames = known.get(key)?.frames ?? (await judgeFields([field], network, JUDGING, microscope, 100 + k));
    if (!known.has(key)) known.set(key, { frames, seconds: (performance.now() - started) / 1000 });
    process.stdout.write(`${key} ${known.get(key)!.seconds.toFixed(1)} s\n`);
    all.push(frames);
  }
  if (options.cache !== undefined) await writeFile(options.cache, serialize(known));
  return all;
}

function secondsOf(frames: readonly Judged[]): number {
  return [...known.values()].find((one) => one.frames === frames)?.seconds ?? 0;
}

function ordinarySeconds(): number {
  return [...known].filter(([key]) => key.startsWith("samples ")).reduce((sum, [, one]) => sum + one.seconds, 0);
}

function cells({ right, uncertain, wrong, logLoss }: Score): [string, number] {
  return [`${right} / ${uncertain} / ${wrong}`, Number(logLoss.toFixed(3))];
}

function seconds(value: number): number {
  return Math.round(value);
}
