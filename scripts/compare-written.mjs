// Writes reconstructions in every way that can be configured, reads them with other programs, and says by how much pixels differ at most and
// which pixel size is read. Exit code 1 when a pixel differs.
//   npm run compare:written
// Needs tiffcp, tiffinfo (libtiff-tools), convert (ImageMagick), java with /usr/share/java/ij.jar (Debian's imagej), and `python3` with
// tifffile and imagecodecs (PYTHONPATH); a program that is not there is left out, and told.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { decodeFrame } from "../dist/frames/decode.js";
import { writeReconstruction } from "../dist/pipeline/worker/write-reconstruction.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "refocusd-written-"));
const rawFolder = path.join(folder, "raw");
mkdirSync(rawFolder);
const JAR = "/usr/share/java/ij.jar";
const PIXEL_UM = 0.1625;
const run = (command, args) => spawnSync(command, args, { maxBuffer: 1 << 28 });

const cases = [];
for (const channels of [1, 3]) {
  for (const bitDepth of [8, 16]) {
    const frame = pattern(channels, bitDepth);
    for (const description of ["imagej", "ome"]) {
      for (const compression of ["deflate", "none"]) {
        const name = `${channels === 3 ? "rgb" : "mono"}${bitDepth}-${description}-${compression}.tif`;
        const file = path.join(folder, name);
        await writeFrame(file, frame, { description, compression, sidecar: false });
        cases.push({ name, file, frame, compression });
      }
    }
  }
}

/** Waves, an edge, and noise in the lowest bits: neither flat nor without order. Both ends of the range are there. */
function pattern(channels, bitDepth) {
  const [width, height] = [301, 203];
  const data = new (bitDepth === 8 ? Uint8Array : Uint16Array)(width * height * channels);
  const largest = 2 ** bitDepth - 1;
  let seed = 1;
  for (let i = 0; i < data.length; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    const wave = 0.5 + 0.4 * Math.sin(x / 9 + (i % channels)) * Math.cos(y / 7);
    data[i] = Math.round(wave * largest) ^ (seed >>> 28);
  }
  data[0] = 0;
  data[channels] = largest;
  return { width, height, channels, bitDepth, data };
}

async function writeFrame(file, frame, writing) {
  const { data: _, ...kind } = frame;
  const ref = (name) => ({ name, version: "1", sha256: "0".repeat(64) });
  await writeReconstruction(
    {
      path: file,
      frame,
      facts: {
        ...kind,
        ...{ pixelSizeUm: PIXEL_UM, acquiredMs: 6115.87, exposureMs: 10, stageUm: { x: 1.5, y: -2, z: 199.9 } },
        ...{ objective: "Plan Apo λ 40x", na: 0.95, magnification: 40, channelName: "Ph1" },
      },
      extraTags: [],
      provenance: {
        ...{ version: "0", source: "a.tif", page: 0, sourceSha256: "a".repeat(64), pDefocused: 0.9, trust: 0.8 },
        ...{ lowTrustBelow: 0.6, model: ref("resunet-lite"), classifier: ref("sdcnn") },
      },
    },
    writing,
    {
      publish: (to, bytes) => {
        writeFileSync(to, bytes);
        return Promise.resolve({ sha256: "", size: bytes.length });
      },
      note: () => {},
    },
  );
}

function maxDifference({ data }, values) {
  if (values.length !== data.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < data.length; i++) most = Math.max(most, Math.abs(data[i] - values[i]));
  return most;
}

/** Values of a raw file, copied so that 16-bit ones lie at even places. */
const valuesOf = (bytes, bits) => (bits === 8 ? new Uint8Array(bytes) : new Uint16Array(new Uint8Array(bytes).buffer));

async function ours(bytes) {
  const { frame, facts } = await decodeFrame(bytes, "tiff", 0, { maxPixels: 1e8 });
  return { values: frame.data, size: `${facts.pixelSizeUm} µm` };
}

async function libtiff({ file, frame }) {
  const plain = path.join(rawFolder, "plain.tif");
  // One strip, at a place that its directory tells: the bytes are the values.
  const copied = run("tiffcp", ["-c", "none", "-r", String(frame.height), file, plain]);
  if (copied.status !== 0) return { values: [], size: String(copied.stderr).trim() };
  const said = String(copied.stderr).trim();
  const info = String(run("tiffinfo", [file]).stdout);
  const place = Number(/^\s*0: \[\s*(\d+),/m.exec(String(run("tiffinfo", ["-s", plain]).stdout))?.[1]);
  const bytes = readFileSync(plain).subarray(place, place + frame.data.byteLength);
  const resolution = /Resolution: ([^\n]*)/.exec(info)?.[1] ?? "none";
  const perUnit = Number(resolution.split(",")[0]);
  const size = /pixels\/cm/.test(resolution) ? `${(1e4 / perUnit).toPrecision(6)} µm` : `1/${perUnit}, no unit`;
  return { values: valuesOf(bytes, frame.bitDepth), size: said === "" ? size : `${size}; says ${said}` };
}

async function imageMagick({ file, frame }) {
  const { bitDepth, channels } = frame;
  const kind = channels === 3 ? "rgb" : "gray";
  const made = run("/usr/bin/convert", [
    "-quiet",
    `${file}[0]`,
    "-endian",
    "LSB",
    "-depth",
    String(bitDepth),
    `${kind}:-`,
  ]);
  const size = String(run("/usr/bin/identify", ["-quiet", "-format", "%x %U", `${file}[0]`]).stdout);
  const [perUnit, unit] = size.split(" ");
  const told =
    unit === "PixelsPerCentimeter" ? `${(1e4 / Number(perUnit)).toPrecision(6)} µm` : `1/${perUnit}, no unit`;
  return { values: valuesOf(made.stdout, bitDepth), size: told };
}

const PYTHON = `
import re, sys, tifffile
with tifffile.TiffFile(sys.argv[1]) as f:
    v = f.asarray()
    v.astype(v.dtype.newbyteorder('<')).tofile(sys.argv[2])
    if f.is_ome:
        print('OME %s %s' % re.search('PhysicalSizeX="([^"]*)" PhysicalSizeXUnit="([^"]*)"', f.ome_metadata).groups(), f.series[0].axes)
    elif f.is_imagej:
        n, d = f.pages[0].tags['XResolution'].value
        print('%.8g %s' % (d / n, f.imagej_metadata['unit']), f.series[0].axes)
`;
async function tifffile({ file, frame }) {
  const raw = path.join(rawFolder, "python.raw");
  const made = run("python3", ["-c", PYTHON, file, raw]);
  if (made.status !== 0) return { values: [], size: String(made.stderr).trim().split("\n").at(-1) };
  return { values: valuesOf(readFileSync(raw), frame.bitDepth), size: String(made.stdout).trim() };
}

const imageJLines = new Map();
async function imageJ({ name, frame }) {
  if (imageJLines.size === 0) {
    const args = [
      "-Djava.awt.headless=true",
      "-Dfile.encoding=UTF-8",
      "-cp",
      JAR,
      path.join(here, "ReadWithImageJ.java"),
      rawFolder,
    ];
    const made = run("java", [...args, ...cases.map(({ file }) => file)]);
    for (const line of String(made.stdout).trim().split("\n")) imageJLines.set(line.split("\t")[0], line.split("\t"));
  }
  const [, , , , size, unit] = imageJLines.get(name) ?? [];
  const raw = path.join(rawFolder, `${name}.raw`);
  return { values: existsSync(raw) ? valuesOf(readFileSync(raw), 16) : [], size: `${size} ${unit}`, frame };
}

const has = (command, args = ["--version"]) => run(command, args).error === undefined;
const programs = [
  ["refocusd", async ({ file }) => ours(readFileSync(file)), true],
  ["libtiff", libtiff, has("tiffcp", ["-h"])],
  ["ImageMagick", imageMagick, existsSync("/usr/bin/convert")],
  ["tifffile", tifffile, run("python3", ["-c", "import tifffile, imagecodecs"]).status === 0],
  ["ImageJ", imageJ, existsSync(JAR) && has("java")],
];

console.log("| program | file | largest pixel difference | pixel size read |\n| --- | --- | --- | --- |");
let different = 0;
for (const [program, read, isThere] of programs) {
  if (!isThere) {
    console.log(`| ${program} | not here | | |`);
    continue;
  }
  for (const each of cases) {
    const { values, size } = await read(each);
    const most = maxDifference(each.frame, values);
    if (most !== 0) different++;
    console.log(`| ${program} | ${each.name} | ${most} | ${size} |`);
  }
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = different > 0 ? 1 : 0;
