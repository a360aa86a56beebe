// How well the bundled networks judge and reconstruct real frames that were never trained on: npm run bench:quality.
// The frames are put out of focus by computation (src/train/optics), by either forward model; what judges and reconstructs them is the
// daemon's own code. Prints tables and writes bench/results/quality.json.

import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { classifierTable, markdown, reconstructorTable } from "../src/evaluate/band-tables.js";
import { BANDS } from "../src/evaluate/bands.js";
import { distanceTable } from "../src/evaluate/distance-table.js";
import { type Measured, measureFrame, type Networks, THRESHOLDS } from "../src/evaluate/measure-frame.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { loadClassifier } from "../src/focus/classifier.js";
import { judgeFrame } from "../src/focus/judge-frame.js";
import type { FigureTable } from "../src/models/card.js";
import { findModel } from "../src/models/registry.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { systemClock } from "../src/system/clock.js";
import { bitDepthOf, FORWARD_MODELS, frameOf, readSource, type Source } from "../src/train/dataset/defocused-frame.js";
import { checkFields, type Field, listFields, readField, splitByGroup } from "../src/train/dataset/fields.js";
import { AIRWAY, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    out: { type: "string", default: "bench/results/quality.json" },
    classifier: { type: "string", default: "sdcnn" },
    reconstructor: { type: "string", default: "resunet-guided" },
    /** Of the training: which fields were held out. */
    "split-seed": { type: "string", default: "3" },
    /** Use only so many fields of each source, for a quick look. */
    fields: { type: "string", default: "8" },
    threads: { type: "string" },
    /** Leaves the reconstructor and its tables out. */
    "verdicts-only": { type: "boolean", default: false },
  },
});

const DATA = realFramesFor("bench:quality");
const most = Number(options.fields);

const engine = await openOnnxEngine(options.threads === undefined ? {} : { threads: Number(options.threads) });
const classifier = await findModel(options.models, options.classifier, "classifier");
const reconstructor = await findModel(options.models, options.reconstructor, "reconstructor");
const judge = await loadClassifier(engine, classifier);
const networks: Networks = {
  classifier: judge,
  reconstructors: options["verdicts-only"]
    ? []
    : [{ name: options.reconstructor, network: await loadReconstructor(engine, reconstructor) }],
};

const fields = await listFields(join(DATA, "t98g-fields"));
const { validation, train } = splitByGroup(fields, Number(options["split-seed"]));
const airway = await listFields(join(DATA, "airway"));

const heldOut = await measureAll(await sources(validation.slice(0, most), T98G), 1);
// The first, the middle and the last of the six time points of one field.
const unseen = await measureAll(
  await sources(
    [0, 3, 5].slice(0, most).map((k) => airway[k]!),
    AIRWAY,
  ),
  2,
);

const caption =
  "optics drawn as for training (annulus, ring, attenuation, aberration, absorption) for each frame, at the sampling that the frame has";
const abbeNote =
  "weak: the frame itself, filtered; abbe: phase up to 0.3-1.1 rad from its contrast, 12-bit camera with shot and read noise";
const t98g = `${Math.min(most, validation.length)} held-out T98G fields, whole 1022×1024 frames`;
const strange = "airway epithelium (never trained on, 20×, 8-bit), central 1024×1024";
const tables: FigureTable[] = [
  classifierTable(`SDCNN on ${t98g}; ${caption}, 0.475 px·NA/λ; ${abbeNote}`, heldOut),
  ...byTilesTable(`The same frames by their tiles alone: ${t98g}`, heldOut),
  ...restoredTable(
    `ResUNet on ${t98g}, against the focused frame with the same deviates of noise, on its 8-bit scale`,
    heldOut,
  ),
  ...distancesTable(`How far out of focus: error of |z| in DOF units; ${t98g}`, heldOut),
  classifierTable(`SDCNN on ${strange}; ${caption}, 0.256 px·NA/λ`, unseen),
  ...byTilesTable(`The same frames by their tiles alone: ${strange}`, unseen),
  ...restoredTable(`ResUNet on ${strange}`, unseen),
  ...distancesTable(`How far out of focus: error of |z| in DOF units; ${strange}`, unseen),
  await verdictTable(),
];
for (const table of tables) process.stdout.write(`${markdown(table)}\n`);

await mkdir(dirname(options.out), { recursive: true });
const result = {
  models: [classifier, reconstructor].map(({ card }) => ({
    name: card.name,
    version: card.version,
    sha256: card.sha256,
  })),
  engine: { name: engine.name, version: engine.version, device: engine.device },
  thresholds: THRESHOLDS,
  tables,
  frames: { heldOut, unseen },
};
await writeFile(options.out, `${JSON.stringify(result, sixDigits, 1)}\n`);
process.stdout.write(`${options.out}\n`);
await engine.dispose();

async function sources(some: readonly Field[], sampling: { na: number; pixelUm: number }): Promise<Source[]> {
  await checkFields(some);
  return Promise.all(some.map(async (field) => ({ ...(await readSource(field)), ...sampling })));
}

async function measureAll(some: readonly Source[], seed: number): Promise<Measured[]> {
  const all: Measured[] = [];
  const total = some.length * BANDS.length * FORWARD_MODELS.length;
  for (const [s, source] of some.entries()) {
    for (const [b, band] of BANDS.entries()) {
      for (const [m, model] of FORWARD_MODELS.entries()) {
        const seedOf = seed * 1_000_003 + (s * 10 + b) * 10 + m;
        all.push((await measureFrame(networks, source, model, band, seedOf, systemClock)).measured);
        if (process.stderr.isTTY) process.stderr.write(`\r${all.length}/${total} `);
      }
    }
  }
  return all;
}

function restoredTable(title: string, frames: readonly Measured[]): FigureTable[] {
  return options["verdicts-only"] ? [] : [reconstructorTable(title, frames, options.reconstructor)];
}

/** For a classifier with a second opinion: what it would say without. */
function byTilesTable(title: string, frames: readonly Measured[]): FigureTable[] {
  const alone = frames.flatMap((one) => (one.byTiles ? [{ ...one, ...one.byTiles }] : []));
  return alone.length === 0 ? [] : [classifierTable(title, alone)];
}

/** For a classifier that tells the distance from focus. */
function distancesTable(title: string, frames: readonly Measured[]): FigureTable[] {
  const bands = BANDS.map(({ name }) => name);
  return judge.spectrum?.distance === undefined ? [] : [distanceTable(title, bands, frames)];
}

function trainedOn(name: string): boolean {
  return train.some((field) => basename(field.path) === name);
}

/** Frames as they are: how many of each verdict. */
async function verdictTable(): Promise<FigureTable> {
  const groups: { name: string; fields: readonly Field[] }[] = [
    { name: `t98g-fields, held out (in focus)`, fields: validation },
    {
      // Its first time point is pixel for pixel set1.tif.
      name: `t98g-timelapse, 8 time points of a field ${trainedOn("set1.tif") ? "that was trained on" : "held out"} (in focus)`,
      fields: await listFields(join(DATA, "t98g-timelapse")),
    },
    { name: "airway (in focus)", fields: airway },
    { name: "microtissue (focus varies, not labelled)", fields: await listFields(join(DATA, "microtissue")) },
  ];
  const rows: (string | number)[][] = [];
  for (const group of groups) {
    const counts = new Map<string, number>();
    for (const field of group.fields) {
      const plane = await readField(field);
      const frame = frameOf(plane, bitDepthOf(plane));
      const { verdict } = await judgeFrame(frame, judge, THRESHOLDS);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }
    const verdicts = ["focused", "uncertain", "defocused", "blank"].map((verdict) => counts.get(verdict) ?? 0);
    rows.push([group.name, group.fields.length, ...verdicts]);
  }
  return {
    title: "Verdicts on frames as they are",
    columns: ["source", "frames", "focused", "uncertain", "defocused", "blank"],
    rows,
  };
}
