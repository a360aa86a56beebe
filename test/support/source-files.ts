import { readdirSync, readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";

/** One file of src, for the tests that read the source itself. */
export interface SourceFile {
  /** Such as `watch/settle.ts`. */
  readonly name: string;
  /** The first part of the name: the layer it belongs to. */
  readonly room: string;
  /** Without comments; strings are kept. */
  readonly code: string;
  /** Other files of src that it imports, such as `system/clock.ts`. */
  readonly files: readonly string[];
  /** Packages and Node's own modules that it imports. */
  readonly packages: readonly string[];
}

const source = resolve(import.meta.dirname, "../../src");

export function sourceFiles(): SourceFile[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort()
    .map((name) => sourceFile(name, readFileSync(join(source, name), "utf8")));
}

export function sourceFile(name: string, text: string): SourceFile {
  const code = withoutComments(text);
  const imported = [...new Set(importsOf(code))];
  const local = imported.filter((target) => target.startsWith("."));
  return {
    name,
    room: name.split("/")[0] ?? "",
    code,
    files: local.map((target) => posix.join(posix.dirname(name), target).replace(/\.js$/, ".ts")),
    packages: imported.filter((target) => !target.startsWith(".")).map(packageOf),
  };
}

/** Static, re-exporting, side-effect and dynamic imports, type imports too, and `require("…")` of createRequire. */
function importsOf(code: string): string[] {
  const forms = [
    /^\s*(?:import|export)\s[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["'`]([^"'`]+)["'`]/g,
    /\brequire(?:\.resolve)?\(\s*["'`]([^"'`]+)["'`]/g,
  ];
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ""));
}

/** "@scope/name/part" → "@scope/name", "node:fs/promises" → "node:fs". */
function packageOf(target: string): string {
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Takes comments away and leaves strings alone, in which "//" is often part of an address. */
function withoutComments(text: string): string {
  return text.replaceAll(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*/g,
    (_match, literal: string | undefined) => literal ?? " ",
  );
}
