// Renders samples/: a small time-lapse export with a known truth. Seeded: the same code and Node write the same bytes.
//   npm run build && node scripts/make-samples.mjs [folder]
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNisTiff, nisName } from "../dist/train/phantom/nis-file.js";
import { renderTimeLapse, TIME_LAPSE_OPTICS } from "../dist/train/phantom/time-lapse.js";
import { createRandom } from "../dist/train/random.js";

const SEED = 7;
const SIZE = 576;
const series = { positions: 2, times: 12 };
/** `position:time` → defocus in DOF units. Two time points in a row at position 1, as when the focus is lost and found again. */
const FAULTS = { "1:4": 1.7, "1:5": 3.4, "1:10": -2.3, "2:7": -3.9, "2:11": 1.3 };

const folder = process.argv[2] ?? fileURLToPath(new URL("../samples", import.meta.url));
mkdirSync(folder, { recursive: true });

const random = createRandom(SEED);
const steady = Array.from(
  { length: series.positions * series.times },
  () => Math.round(random.between(-0.2, 0.2) * 100) / 100,
);
const defocus = (position, time) =>
  FAULTS[`${position}:${time}`] ?? steady[(time - 1) * series.positions + position - 1];

const frames = [];
for (const frame of renderTimeLapse({ seed: SEED, ...series, size: SIZE, defocus })) {
  const file = nisName("demo", frame, series);
  const bytes = encodeNisTiff(frame);
  writeFileSync(join(folder, file), bytes);
  frames.push({
    file,
    position: frame.position,
    time: frame.time,
    dof: frame.dof,
    zUm: Math.round(((frame.dof * TIME_LAPSE_OPTICS.wavelengthUm) / TIME_LAPSE_OPTICS.na ** 2) * 10) / 10,
    verdict: Math.abs(frame.dof) <= 0.35 ? "focused" : "defocused",
    sha256: createHash("sha256").update(bytes).digest("hex"),
  });
  console.log(`${file}  ${frame.dof.toFixed(2)} DOF`);
}

const truth = { seed: SEED, size: SIZE, ...series, optics: TIME_LAPSE_OPTICS, frames };
writeFileSync(join(folder, "truth.json"), `${JSON.stringify(truth, null, 2)}\n`);
writeFileSync(join(folder, "README.md"), readme());

function readme() {
  const { na, pixelUm, wavelengthUm } = TIME_LAPSE_OPTICS;
  const unit = (wavelengthUm / na ** 2).toFixed(1);
  const cell = ({ dof, zUm, verdict }) =>
    verdict === "focused" ? `${signed(dof)}` : `**${signed(dof)}** (${signed(zUm, 1)} µm) defocused`;
  const at = (position, time) => frames.find((frame) => frame.position === position && frame.time === time);
  const rows = Array.from({ length: series.times }, (_, k) => {
    const time = String(k + 1).padStart(2, "0");
    return `| t${time} | ${cell(at(1, k + 1))} | ${cell(at(2, k + 1))} |`;
  });
  return `# A small export to try refocusd on

${frames.length} frames: ${series.positions} positions × ${series.times} time points, 10 minutes apart, one channel, ${SIZE} × ${SIZE} pixels of ${pixelUm} µm, 12 bits in 16.
\`npm run demo\` replays them as a microscope would write them.

**No real cells.** They are rendered by refocusd's own phantom and optics (\`src/train/phantom\`, \`src/train/optics\`): cells that creep,
stretch and divide, imaged by Abbe's sum through a phase-contrast objective of NA ${na} at ${wavelengthUm} µm, with camera noise. The
names, the layout of the files and the private tags (time, pixel size, stage) are those of a NIS-Elements export. Free of anybody's rights: use
them as you like.

## Truth

Defocus in DOF units (λ/NA² = ${unit} µm), signed; to 0.35 a frame counts as focused. ${frames.filter(({ verdict }) => verdict === "defocused").length} frames are out of focus, in bold.

| time | position xy1 (\`demo_t…xy1c1.tif\`) | position xy2 (\`demo_t…xy2c1.tif\`) |
|---|---|---|
${rows.join("\n")}

\`truth.json\` says the same for programs, with the SHA-256 of each file.

## Making them again

    npm run build && node scripts/make-samples.mjs

Seed ${SEED}; the same code under the same version of Node (here ${process.version}) writes the same bytes.
`;
}

function signed(value, digits = 2) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
}
