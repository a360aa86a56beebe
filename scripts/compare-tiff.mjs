// Reads every TIFF of a folder with refocusd and with tifffile (Python) and says where their values differ. Exit code 1 when one does.
//   npm run compare:tiff -- [--files] [folder ...]       default: the TIFFs of ../shared/data/formats
// Python is `python3` with tifffile and imagecodecs (pip install --target DIR tifffile imagecodecs; PYTHONPATH=DIR).
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { endianness } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { decodeFrame } from "../dist/frames/decode.js";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const perFile = args.includes("--files");
const given = args.filter((arg) => arg !== "--files");
const data = process.env.REFOCUSD_DATA ?? path.join(root, "../shared/data");
const folders = given.length > 0 ? given : [path.join(data, "formats")];
if (!folders.every((folder) => existsSync(folder))) {
  console.log(`not compared: ${folders.find((folder) => !existsSync(folder))} is not there`);
  process.exit(0);
}
if (endianness() !== "LE") throw new Error("hashes are of little-endian values");

const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tiff?$/i.test(name))
    .map((name) => path.join(folder, name))
    .sort(),
);
const python = spawnSync("python3", [path.join(root, "scripts/tiff-reference.py"), ...files], {
  encoding: "utf8",
  maxBuffer: 1 << 28,
});
if (python.status !== 0) throw new Error(`the second decoder failed: ${python.stderr}`);
const references = python.stdout
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const rows = [];
for (const reference of references) {
  const bytes = readFileSync(reference.file);
  const pages = reference.pages.length > 0 ? reference.pages : [{ features: ["unreadable"], error: reference.error }];
  for (const [page, expected] of pages.entries()) {
    rows.push({ file: reference.file, page, features: expected.features, ...(await compared(bytes, page, expected)) });
  }
}

async function compared(bytes, page, expected) {
  const started = performance.now();
  let decoded;
  try {
    decoded = await decodeFrame(bytes, "tiff", page, { maxPixels: 64e6 });
  } catch (error) {
    return { outcome: error.code ?? "crash", detail: error.detail ?? error.stack, ms: performance.now() - started };
  }
  const ms = performance.now() - started;
  const { frame, facts } = decoded;
  const { buffer, byteOffset, byteLength } = frame.data;
  const hash = createHash("sha256")
    .update(Buffer.from(buffer, byteOffset, byteLength))
    .digest("hex");
  const type = frame.data.constructor.name.replace("Array", "").toLowerCase();
  if (expected.error) return { outcome: "no reference", detail: expected.error, ms };
  const wanted =
    facts.palette === "colours" ? expected.palette : facts.samplesIgnored ? expected.colours : expected.values;
  const sameType = facts.palette === "colours" || type === expected.type;
  if (hash === wanted && sameType) return { outcome: "identical", detail: type, ms };
  return {
    outcome: "differs",
    detail: `${type} ${hash.slice(0, 8)} where ${expected.type} ${wanted?.slice(0, 8)}`,
    ms,
  };
}

const count = (list, outcome) => list.filter((row) => row.outcome === outcome).length;
const refused = (list) => list.filter((row) => row.outcome.startsWith("RF_"));
const line = (cells) => console.log(`| ${cells.join(" | ")} |`);

if (perFile) {
  line(["file", "page", "outcome", "ms", "detail"]);
  line(["---", "---", "---", "---", "---"]);
  for (const { file, page, outcome, ms, detail } of rows) {
    line([path.basename(file), page, outcome, ms.toFixed(1), detail]);
  }
  console.log();
}
line(["feature", "pages", "identical", "refused with a code", "differing", "no reference"]);
line(["---", "---", "---", "---", "---", "---"]);
const features = [...new Set(rows.flatMap((row) => row.features))].sort(
  new Intl.Collator("en", { numeric: true }).compare,
);
for (const [name, list] of [
  ...features.map((feature) => [feature, rows.filter((row) => row.features.includes(feature))]),
  [`**all, in ${references.length} files**`, rows],
]) {
  line([
    name,
    list.length,
    count(list, "identical"),
    refused(list).length,
    count(list, "differs"),
    count(list, "no reference"),
  ]);
}
console.log();
for (const row of rows.filter(({ outcome }) => outcome !== "identical")) {
  console.log(`${path.basename(row.file)} page ${row.page}: ${row.outcome}: ${row.detail}`);
}
process.exitCode = rows.some(({ outcome }) => outcome === "differs" || outcome === "crash") ? 1 : 0;
