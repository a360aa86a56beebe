// Computes 720-px frames of training fields and phantoms, in focus and just out of it, and writes what a classifier's tiles and its spectrum
// say of each, for `spectrum.py joint`: node scripts/torch/judge-frames.mjs <folder of focused fields> <model folder> <out.json> [sets] [seed].
// Needs a build. A set is a field or phantom by one forward model, four planes; on the shipped fields it takes some 3 s.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openOnnxEngine } from "../../dist/engines/onnx.js";
import { judgingOf } from "../../dist/focus/classifier.js";
import { judgeFrame } from "../../dist/focus/judge-frame.js";
import { tilesMean } from "../../dist/focus/verdict.js";
import { sampledAt } from "../../dist/optics/optics.js";
import { listFields, readField, splitByGroup } from "../../dist/train/dataset/fields.js";
import { phaseFromContrast } from "../../dist/train/dataset/phase-from-contrast.js";
import { cropMirrored, fade } from "../../dist/train/edges.js";
import { abbeImages, annulusPoints } from "../../dist/train/optics/abbe.js";
import { drawAbsorption, drawOptics } from "../../dist/train/optics/draw-optics.js";
import { defocusWeakObjectSeries } from "../../dist/train/optics/weak-object.js";
import { drawIllumination, illuminate } from "../../dist/train/phantom/camera.js";
import { growCulture } from "../../dist/train/phantom/culture.js";
import { renderPhase } from "../../dist/train/phantom/render-phase.js";
import { renderTissue } from "../../dist/train/phantom/tissue.js";
import { cropPlane, mapPlane, quantile } from "../../dist/train/plane.js";
import { createRandom } from "../../dist/train/random.js";

const [FIELD, MARGIN] = [768, 24];
const SIDE = FIELD - 2 * MARGIN;
const MODELS = ["weak", "abbe", "phantom"];
/** Of the fields as they come: 10×, NA 0.3, 0.87 µm. */
const OWN_SAMPLING = 0.475;
const SPLIT_SEED = 3;

const [data, model, out, sets = "180", seed = "1"] = process.argv.slice(2);
if (!out) throw new Error("usage: judge-frames.mjs <fields> <model folder> <out.json> [sets] [seed]");
const card = JSON.parse(readFileSync(join(model, "card.json"), "utf8"));
const engine = await openOnnxEngine();
const classifier = { network: await engine.load(model), ...judgingOf(card) };
const fields = splitByGroup(await listFields(data), SPLIT_SEED).train;
const found = [];
for (let k = 0; k < Number(sets); k++) {
  const random = createRandom(Number(seed) * 100_003 + k);
  const dofs = [random.between(0, 0.35), random.between(1, 1.25), random.between(1.2, 2.4)].map(
    (dof) => dof * random.sign(),
  );
  const name = MODELS[k % MODELS.length];
  const images = name === "phantom" ? phantom(dofs, random) : await real(name, dofs, random);
  const camera = drawCamera(random);
  for (const [i, image] of images.entries()) {
    const frame = camera(cropPlane(image, MARGIN, MARGIN, SIDE, SIDE).data);
    const {
      tiles,
      focusMap,
      spectrum: says,
    } = await judgeFrame(frame, classifier, { focusedBelow: 0.35, defocusedAbove: 0.65 });
    if (says === null) continue;
    const p = focusMap.flat();
    const pTiles = tilesMean(tiles.map((structure, t) => ({ structure, pDefocused: p[t] })));
    found.push({ model: name, dof: i === 0 ? 0 : dofs[i - 1], pTiles, pSpectrum: says.pDefocused });
  }
  console.log(`${k + 1} of ${sets}`);
}
writeFileSync(out, JSON.stringify(found));
await engine.dispose();

async function real(name, dofs, random) {
  const own = random.chance(0.5);
  const scale = own ? random.logBetween(0.85, 1.6) : random.between(0.8, 1.3);
  const optics = own ? sampledAt(drawOptics(random), OWN_SAMPLING / scale) : drawOptics(random);
  const whole = await readField(random.pick(fields), scale);
  const place = (length) => random.integer(0, Math.max(0, length - FIELD));
  const patch = cropMirrored(whole, place(whole.width), place(whole.height), FIELD);
  const median = quantile(patch.data, 0.5);
  const plane = mapPlane(patch, (value) => value / median);
  if (name === "weak") {
    return [plane, ...defocusWeakObjectSeries(fade(plane, 1, MARGIN), optics, dofs, drawAbsorption(random))];
  }
  return abbe(
    phaseFromContrast(
      mapPlane(plane, (value) => 1 - value),
      random,
      MARGIN,
    ),
    optics,
    dofs,
    random,
  );
}

function phantom(dofs, random) {
  const optics = drawOptics(random);
  const cellScale = (optics.pixelUm / 0.65) * random.logBetween(0.6, 2.2);
  const phaseScale = random.logBetween(0.35, 1.4);
  const view = { size: FIELD, pixelUm: optics.pixelUm, left: 0, top: 0 };
  const culture = () =>
    growCulture(random, { sideUm: FIELD * optics.pixelUm, confluence: random.between(0.05, 1), cellScale, phaseScale });
  const phase = random.chance(0.5)
    ? renderTissue(random, view, { cellScale, phaseScale })
    : renderPhase(culture(), view);
  const light = drawIllumination(random);
  return abbe(fade(phase, 0, MARGIN), optics, dofs, random).map((image) => illuminate(image, light));
}

function abbe(phase, optics, dofs, random) {
  const share = drawAbsorption(random);
  const absorption = mapPlane(phase, (value) => Math.max(0, value) * share);
  return abbeImages({ phase, absorption }, optics, [0, ...dofs], annulusPoints(optics, FIELD, 18, random.uniform()));
}

/** Noise and response as the classifier's examples have them: the same for every plane of a set. */
function drawCamera(random) {
  const sd = random.chance(0.25) ? 0 : random.logBetween(0.002, 0.02);
  const respond = drawResponse(random);
  return (plane) => {
    const noisy = plane.map((value) => value + sd * Math.sqrt(Math.max(0, value)) * random.normal());
    const counts = respond(noisy).map((value) => Math.min(65_535, Math.max(0, Math.round(value * 8192))));
    return { width: SIDE, height: SIDE, channels: 1, bitDepth: 16, data: Uint16Array.from(counts) };
  };
}

function drawResponse(random) {
  if (random.chance(0.7)) return (plane) => plane;
  if (random.chance(0.5)) {
    const gamma = random.between(0.6, 1.6);
    return (plane) => plane.map((value) => Math.max(0, value) ** gamma);
  }
  const reach = random.between(1.3, 3);
  return (plane) => {
    const mean = plane.reduce((a, b) => a + b, 0) / plane.length;
    const sd = Math.sqrt(plane.reduce((a, b) => a + (b - mean) ** 2, 0) / plane.length);
    return plane.map((value) => Math.min(mean + reach * sd, Math.max(mean - reach * sd, value)));
  };
}
