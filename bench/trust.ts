// How well the trust figure ranks reconstructions whose truth is known: npm run bench:trust. Real frames (T98G fields held out from the
// training, airway and microtissue of other laboratories) are put out of focus by computation. Prints tables and writes
// bench/results/trust.json. --fit also fits a calibration for the model's card and prints it.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openOnnxEngine } from "../src/engines/onnx.js";
import { planeOf } from "../src/evaluate/measure-frame.js";
import { sixDigits } from "../src/evaluate/six-digits.js";
import { distanceOf } from "../src/focus/spectrum/distance-of.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../src/frames/depth-of-field.js";
import { findModel } from "../src/models/registry.js";
import { loadReconstructor } from "../src/restore/reconstructor.js";
import { restoreFrame } from "../src/restore/restore-frame.js";
import { evidenceFor, type TrustLine, trustFrom } from "../src/restore/trust/estimate-trust.js";
import { defocusFrame, FORWARD_MODELS, readSource, type Source } from "../src/train/dataset/defocused-frame.js";
import { listFields, splitByGroup } from "../src/train/dataset/fields.js";
import { eightBitScale, toEightBit } from "../src/train/metrics/eight-bit.js";
import { ssim } from "../src/train/metrics/ssim.js";
import { createRandom } from "../src/train/random.js";
import { AIRWAY, MICROTISSUE, T98G } from "./microscopes.js";
import { realFramesFor } from "./real-frames.js";
import { familiarFrom, fitCalibration, fitHeldLine, type Known } from "./trust/fit.js";
import { mean, rankCorrelation } from "./trust/statistics.js";

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: "models" },
    reconstructor: { type: "string", default: "resunet-guided" },
    out: { type: "string", default: "bench/results/trust.json" },
    /** Draws of optics and defocus for each field, band and forward model. */
    draws: { type: "string", default: "1" },
    seed: { type: "string", default: "50" },
    fit: { type: "boolean", default: false },
    /** By the network alone, not held to the source. */
    alone: { type: "boolean", default: false },
    classifier: { type: "string", default: "sdcnn" },
  },
});
const DATA = realFramesFor("bench:trust");
const BANDS = [
  [0, 0.35],
  [0.35, 1],
  [1, 2],
  [2, 3],
  [3, 4.5],
] as const;
/** What a reader would not want to see. */
const BAD = 0.6;
const LINE = 0.8;

const engine = await openOnnxEngine();
const model = await findModel(options.models, options.reconstructor, "reconstructor");
const network = await loadReconstructor(engine, model);
const { card: judge } = await findModel(options.models, options.classifier, "classifier");
const part = judge.spectrum?.distance;
if (part === undefined) throw new RangeError(`${options.classifier} tells no distance from focus`);
const { validation } = splitByGroup(await listFields(join(DATA, "t98g-fields")), 3);
const airway = await listFields(join(DATA, "airway"));
const microtissue = await listFields(join(DATA, "microtissue"));
const groups = [
  { name: "T98G, held out", fields: validation, microscope: T98G },
  { name: "airway", fields: [0, 3, 5].map((k) => airway[k]!), microscope: AIRWAY },
  { name: "microtissue", fields: microtissue.filter((_, k) => k % 9 === 0), microscope: MICROTISSUE },
];

const known: Known[] = [];
for (const [g, group] of groups.entries()) {
  for (let draw = 0; draw < Number(options.draws); draw++) {
    for (const [f, field] of group.fields.entries()) {
      const source = { ...(await readSource(field)), ...group.microscope };
      for (const [b, [from, to]] of BANDS.entries()) {
        for (const [m, forward] of FORWARD_MODELS.entries()) {
          const random = createRandom((Number(options.seed) + draw) * 1_000_003 + ((g * 100 + f) * 10 + b) * 10 + m);
          const dof = random.between(from, to) * random.sign();
          known.push({ source: group.name, dof, ...(await measure(source, forward, dof, random)) });
          if (process.stderr.isTTY) process.stderr.write(`\r${group.name}: ${known.length} `);
        }
      }
    }
  }
}

const calibration = options.alone ? model.card.trust : model.card.trust?.held;
if (calibration) report(known, calibration);
if (options.fit) {
  const fitLine = options.alone ? fitCalibration : fitHeldLine;
  const fitted = fitLine(known, familiarFrom(known.filter(({ source }) => source === groups[0]!.name)));
  process.stdout.write(`\nfitted on these ${known.length} frames:\n${JSON.stringify(fitted, null, 1)}\n\nwith it:\n`);
  report(known, fitted);
  const without = groups.flatMap(({ name }) => {
    const rest = fitLine(
      known.filter(({ source }) => source !== name),
      fitted.familiar,
    );
    return known.filter(({ source }) => source === name).map((one) => ({ one, trust: trustBy(one, rest) }));
  });
  const correlation = rankCorrelation(
    without.map(({ trust }) => trust),
    without.map(({ one }) => one.ssim),
  );
  process.stdout.write(`rank correlation with each source left out of the fit in turn: ${correlation.toFixed(2)}\n`);
}
await mkdir(dirname(options.out), { recursive: true });
await writeFile(
  options.out,
  `${JSON.stringify({ model: model.card.version, sha256: model.card.sha256, known }, sixDigits)}\n`,
);
await engine.dispose();

async function measure(
  source: Source,
  forward: (typeof FORWARD_MODELS)[number],
  dof: number,
  random: ReturnType<typeof createRandom>,
) {
  const { frame, reference } = defocusFrame(source, forward, dof, random);
  const sampling = pixelSampling(source.pixelUm, source.na, USUAL_WAVELENGTH_UM);
  const how = options.alone ? {} : { distance: distanceOf(frame, part!, sampling), sampling };
  const restored = await restoreFrame(frame, network, how);
  const evidence = await evidenceFor(frame, restored, network, how);
  if (evidence === undefined) throw new RangeError(`${source.name} is too small`);
  const scale = eightBitScale(reference);
  return { ssim: ssim(toEightBit(planeOf(restored.frame), scale), toEightBit(reference, scale)), evidence };
}

function trustBy({ evidence }: Known, line: TrustLine): number {
  return trustFrom(evidence, { ...line, held: line })!.trust;
}

function report(all: readonly Known[], own: TrustLine): void {
  const told = all.map((one) => ({ ...one, trust: trustBy(one, own) }));
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(
    "\n| source | frames | rank correlation of trust and true SSIM | mean trust | mean SSIM | SSIM below 0.6, of those trusted | of those low-trust | low-trust |",
  );
  say("|---|---|---|---|---|---|---|---|");
  for (const name of [...groups.map((group) => group.name), "all"]) {
    const some = told.filter(({ source }) => name === "all" || source === name);
    const share = (ones: readonly (typeof some)[number][]) =>
      ones.length === 0 ? "" : `${ones.filter((one) => one.ssim < BAD).length} of ${ones.length}`;
    const [trusted, low] = [some.filter(({ trust }) => trust >= LINE), some.filter(({ trust }) => trust < LINE)];
    const [trusts, truths] = [some.map(({ trust }) => trust), some.map((one) => one.ssim)];
    say(
      `| ${name} | ${some.length} | ${rankCorrelation(trusts, truths).toFixed(2)} | ${mean(trusts).toFixed(2)} | ${mean(truths).toFixed(2)} | ${share(trusted)} | ${share(low)} | ${Math.round((100 * low.length) / some.length)} % |`,
    );
  }
  const order = told.toSorted((a, b) => b.trust - a.trust);
  say("\n| the most trusted | 25 % | 50 % | 75 % | all |\n|---|---|---|---|---|");
  const cover = [0.25, 0.5, 0.75, 1].map((part) =>
    mean(order.slice(0, Math.round(part * order.length)).map((one) => one.ssim)).toFixed(3),
  );
  say(`| mean SSIM | ${cover.join(" | ")} |`);
  say(
    "\n| estimate of \\|z\\|, DOF units: source | rank correlation | mean error | mean estimate at 0-0.35 | 0.35-1 | 1-2 | 2-3 | 3-4.5 |\n|---|---|---|---|---|---|---|---|",
  );
  for (const { name } of groups) {
    const some = told.filter(({ source }) => source === name);
    const [z, found] = [some.map(({ dof }) => Math.abs(dof)), some.map(({ evidence }) => evidence.defocusDof)];
    const bands = BANDS.map(([from, to]) => mean(found.filter((_, k) => z[k]! >= from && z[k]! < to)).toFixed(2));
    const error = mean(found.map((value, k) => Math.abs(value - z[k]!)));
    say(`| ${name} | ${rankCorrelation(found, z).toFixed(2)} | ${error.toFixed(2)} | ${bands.join(" | ")} |`);
  }
}
