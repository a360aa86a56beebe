// What adapting the reconstructor to a laboratory brings, on files that it was not adapted on: npm run bench:adapt-reconstructor.
// Runs `refocusd adapt --only reconstructor` as anybody would, on a folder of links and with a copy of models/; then measures what it installed on
// other files of the kind, and on held-out T98G fields for the price. Needs TensorFlow. Writes bench/results/adapt-reconstructor.json.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { restoring } from "../src/app/adapt/adapt-reconstructor.js";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { tensorflowInstalled } from "../src/engines/tensorflow-binding.js";
import { markdown } from "../src/evaluate/band-tables.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import type { FigureTable } from "../src/models/card.js";
import { findModel } from "../src/models/registry.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { oneOfEach } from "../src/train/adapt/lab-pool.js";
import { measureRestored } from "../src/train/adapt/measure-restored.js";
import { type RestoredScore, restoredScore } from "../src/train/adapt/restored-score.js";
import { type Field, listFields, splitByGroup } from "../src/train/dataset/fields.js";
import { fillPool, poolItems } from "../src/train/dataset/pool.js";
import { renderOwnItem } from "../src/train/dataset/render-item.js";
import { sharpest } from "./adapt/sharpest.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { REAL_FRAMES } from "./real-frames.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    reconstructor: { type: "string", default: "resunet-guided" },
    /** Tells how far out of focus frames are, by which reconstructions are held to them. */
    classifier: { type: "string", default: "sdcnn" },
    minutes: { type: "string", default: "8" },
    /** airway, microtissue, or both. */
    only: { type: "string", default: "airway,microtissue" },
    out: { type: "string", default: "bench/results/adapt-reconstructor.json" },
    /** Of the training: which fields were held out. */
    "split-seed": { type: "string", default: "3" },
    /** refocusd's program. */
    main: { type: "string", default: "dist/cli/main.js" },
  },
});
const DATA = REAL_FRAMES;
if (!existsSync(DATA) || !tensorflowInstalled()) {
  process.stdout.write(
    `bench:adapt-reconstructor skipped: it needs ${DATA} (REFOCUSD_DATA) and scripts/setup-tensorflow\n`,
  );
  process.exit(0);
}
/** Of each set of files: a frame in each of five bands from each. */
const ITEMS = 12;

interface Trial {
  readonly name: string;
  readonly microscope: { readonly na: number; readonly pixelUm: number };
  readonly own: readonly Field[];
  readonly test: readonly Field[];
}

const work = mkdtempSync(join(tmpdir(), "refocusd-bench-"));
const engine = await openOnnxEngine();
try {
  const old = await findModel(options.models, options.reconstructor, "reconstructor");
  const { distance } = (await findModel(options.models, options.classifier, "classifier")).card.spectrum ?? {};
  const held = splitByGroup(await listFields(join(DATA, "t98g-fields")), Number(options["split-seed"])).validation;
  const t98g = await itemsOf("t98g", held, T98G);
  const rows: (string | number | null)[][] = [];
  const runs: object[] = [];
  for (const trial of await trials()) {
    const said = adapt(trial);
    runs.push({ trial: trial.name, ...said, installed: said.installed && basename(said.installed) });
    const networks = {
      old: restoring(await loadReconstructor(engine, old), distance),
      // Where nothing was better, the old one stays in use.
      adapted: [
        restoring(await loadReconstructor(engine, { ...old, directory: said.installed ?? old.directory }), distance),
      ],
      knowsSampling: true,
    };
    const score = async (items: readonly string[]) =>
      restoredScore((await measureRestored(items, networks, new AbortController().signal))[0]!);
    const isBetter = said.installed !== null;
    const others = await score(await itemsOf(trial.name, trial.test, trial.microscope));
    rows.push(...rowsOf(trial.name, "other files of the kind", others, isBetter));
    rows.push(...rowsOf(trial.name, "held-out T98G fields", await score(t98g), isBetter));
    show(rows);
  }
  const { name, version, sha256 } = old.card;
  await mkdir(dirname(options.out), { recursive: true });
  const result = { model: { name, version, sha256 }, minutes: Number(options.minutes), tables: [show(rows)], runs };
  await writeFile(options.out, `${JSON.stringify(result, sixDigits, 1)}\n`);
  process.stdout.write(`${options.out}\n`);
} finally {
  await engine.dispose();
  rmSync(work, { recursive: true, force: true });
}

async function trials(): Promise<Trial[]> {
  const found: Trial[] = [];
  if (options.only.includes("airway")) {
    const airway = await listFields(join(DATA, "airway"));
    found.push({ name: "airway", microscope: AIRWAY, own: airway.slice(0, 5), test: airway.slice(5) });
  }
  if (options.only.includes("microtissue")) {
    const tissue = await sharpest(await listFields(join(DATA, "microtissue")), 16);
    // As in bench:adapt: of the sharpest, every third tells, until six do.
    const test = tissue.filter((_, k) => k % 3 === 1 || k === 15);
    const own = tissue.filter((field) => !test.includes(field)).slice(0, 5);
    found.push({ name: "microtissue", microscope: MICROTISSUE, own, test });
  }
  return found;
}

/** @returns what the command said as JSON */
function adapt({ name, own, microscope }: Trial): { readonly installed: string | null } {
  const [from, models] = [join(work, name), join(work, `${name}-models`)];
  mkdirSync(from);
  for (const { path } of own) symlinkSync(path, join(from, basename(path)));
  cpSync(resolve(options.models), models, { recursive: true });
  const args = [
    "adapt",
    "--from",
    from,
    "--only",
    "reconstructor",
    "--reconstructor",
    options.reconstructor,
    "--model",
    options.classifier,
    "--models",
    models,
  ];
  const known = ["--na", microscope.na, "--pixel-size", microscope.pixelUm, "--minutes", options.minutes, "--json"];
  const out = execFileSync(process.execPath, [options.main, ...args, ...known.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.stdout.write(out);
  return JSON.parse(out.toString("utf8")).reconstructor;
}

/** Items of fields that nobody learnt from. */
async function itemsOf(
  name: string,
  fields: readonly Field[],
  { na, pixelUm }: Trial["microscope"],
): Promise<readonly string[]> {
  const folder = join(work, `${name}-items`);
  const sampling = (na * pixelUm) / USUAL_WAVELENGTH_UM;
  // Fields by turns, so that each counts as much.
  const render: Parameters<typeof fillPool>[0]["render"] = (k, random) =>
    renderOwnItem(
      k % 2 === 0 ? "weak" : "abbe",
      [fields[(k >> 1) % fields.length]!],
      random,
      sampling,
      oneOfEach(random),
    );
  await fillPool({ folder, size: ITEMS, seed: 77, render, renew: false });
  return poolItems(folder);
}

function rowsOf(
  trial: string,
  where: string,
  { bands, gain, error, worse }: RestoredScore,
  isBetter: boolean,
): (string | number | null)[][] {
  const told = (which: "asIs" | "old" | "adapted") => bands.map((band) => Number(band[which].toFixed(3)));
  return [
    [trial, where, "as they are", ...told("asIs"), null],
    [trial, where, "old", ...told("old"), worse.old],
    [
      trial,
      where,
      isBetter
        ? `adapted (${gain < 0 ? "−" : "+"}${Math.abs(gain).toFixed(3)} ± ${error.toFixed(3)})`
        : "nothing was better, old stays",
      ...told("adapted"),
      worse.adapted,
    ],
  ];
}

function show(rows: FigureTable["rows"]): FigureTable {
  const bands = ["in focus", "0.35-1", "1-2", "2-3", "3-4.5"];
  const table: FigureTable = {
    title: "SSIM to the frame in focus, by |z| in DOF units; gain: mean from 1 DOF unit on, with its standard error",
    columns: ["adapted on 5 files of", "measured on", "", ...bands, "worse than before by 0.02"],
    rows,
  };
  process.stdout.write(`${markdown(table)}\n`);
  return table;
}
