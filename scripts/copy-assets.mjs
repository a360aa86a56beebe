// tsc emits nothing but compiled TypeScript; the few other files under src (SQL, the ONNX schema) belong beside it.
// The benches are compiled into a folder of their own: node scripts/copy-assets.mjs .tmp/bench/src
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, extname, join } from "node:path";

const target = process.argv[2] ?? "dist";

for (const entry of readdirSync("src", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || extname(entry.name) === ".ts") continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(target, from.slice("src/".length));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
