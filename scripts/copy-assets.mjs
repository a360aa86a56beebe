// tsc emits nothing but compiled TypeScript; the few other files under src (SQL, the ONNX schema) belong beside it.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, extname, join } from "node:path";

for (const entry of readdirSync("src", { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || extname(entry.name) === ".ts") continue;
  const from = join(entry.parentPath, entry.name);
  const to = join("dist", from.slice("src/".length));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
