import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../dist/cli/main.js");

// The supervisor must carry neither libvips nor ONNX Runtime: a crash in them would end it, and they take 20 MB and more.
it.skipIf(!existsSync(MAIN))("the command line loads no native image or inference code by itself", () => {
  const script = `process.argv = ["node", "models", "list"];
    await import(${JSON.stringify(MAIN)});
    const native = process.report.getReport().sharedObjects.filter((path) => /vips|onnxruntime|tensorflow|sharp/.test(path));
    console.log(JSON.stringify(native));`;
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toEqual([]);
});
