// Computes whole frames of fields that were not trained on, in focus and out of it, and writes the power spectrum of each, for
// `spectrum.py calibrate`: node scripts/torch/spectra-of-frames.mjs <folder of phase-contrast images> <out.json> [draws] [seed].
// Needs a build. T98G validation fields, airway and microtissue, by both forward models, optics drawn; some 2 s a frame.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ringPower } from "../../dist/focus/spectrum/ring-power.js";
import { pixelSampling, USUAL_WAVELENGTH_UM } from "../../dist/frames/depth-of-field.js";
import { defocusFrame, FORWARD_MODELS, readSource } from "../../dist/train/dataset/defocused-frame.js";
import { listFields, splitByGroup } from "../../dist/train/dataset/fields.js";
import { createRandom } from "../../dist/train/random.js";

const SPLIT_SEED = 3;
const BANDS = [0, 0.35, 1, 1.5, 2, 3, 4, 5.2];
/** As bench/microscopes.ts has them. */
const GROUPS = [
  {
    name: "t98g",
    folder: "t98g-fields",
    take: (all) => splitByGroup(all, SPLIT_SEED).validation,
    na: 0.3,
    pixelUm: 0.8708,
  },
  { name: "airway", folder: "airway", take: (all) => [all[1], all[2], all[4]], na: 0.45, pixelUm: 0.313 },
  {
    name: "microtissue",
    folder: "microtissue",
    take: (all) => all.filter((_, k) => k % 9 === 4),
    na: 0.3,
    pixelUm: 0.65,
  },
];

const [data, out, draws = "1", seed = "900"] = process.argv.slice(2);
if (!out) throw new Error("usage: spectra-of-frames.mjs <folder of phase-contrast images> <out.json> [draws] [seed]");
const found = [];
for (const [g, { name, folder, take, na, pixelUm }] of GROUPS.entries()) {
  const fields = take(await listFields(join(data, folder)));
  const sampling = pixelSampling(pixelUm, na, USUAL_WAVELENGTH_UM);
  for (const [f, field] of fields.entries()) {
    const source = { ...(await readSource(field)), na, pixelUm };
    const add = (model, dof, { data, width, height }) => {
      const power = Array.from(ringPower(data, width, height), (value) => Number(value.toPrecision(7)));
      found.push({ group: name, field: source.name, model, dof, sampling, power });
    };
    add("as it is", 0, source.plane);
    for (let draw = 0; draw < Number(draws); draw++) {
      for (const [b, from] of BANDS.slice(0, -1).entries()) {
        for (const [m, model] of FORWARD_MODELS.entries()) {
          const random = createRandom((Number(seed) + draw) * 1_000_003 + ((g * 100 + f) * 10 + b) * 10 + m);
          const dof = random.between(from, BANDS[b + 1]) * random.sign();
          add(model, dof, defocusFrame(source, model, dof, random).frame);
        }
      }
    }
    console.log(`${name} ${f + 1} of ${fields.length}`);
    writeFileSync(out, JSON.stringify(found));
  }
}
