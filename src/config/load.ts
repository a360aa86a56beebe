import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { RefocusdError } from "../errors/refocusd-error.js";
import { crossChecks } from "./cross-checks.js";
import { configJsonSchema, type JsonSchema } from "./json-schema.js";
import { locate, type Place } from "./locate.js";
import { explainIssues, type KeyProblem, pathText } from "./problems.js";
import { resolvePaths } from "./resolve.js";
import { type Config, configSchema } from "./schema.js";

/** One problem of a configuration file, ready to be shown. `key` is empty where the text itself is not YAML. */
export interface ConfigProblem extends Place {
  readonly key: string;
  readonly message: string;
}

export type ConfigReading =
  | { readonly kind: "valid"; readonly config: Config }
  | { readonly kind: "invalid"; readonly problems: readonly ConfigProblem[] };

/**
 * Reads, checks and completes the configuration.
 * @throws RF_CONFIG_UNREADABLE, or RF_CONFIG_INVALID whose detail has one `file:line:column` for every problem.
 */
export async function loadConfig(file: string): Promise<Config> {
  return validConfig(await readConfig(file), file);
}

/**
 * The same for a text that was read already: `base` is the folder from which relative paths are meant.
 * @throws RF_CONFIG_INVALID
 */
export function configFromText(text: string, file: string, base: string): Config {
  return validConfig(parseConfig(text, base), file);
}

function validConfig(reading: ConfigReading, file: string): Config {
  if (reading.kind === "valid") return reading.config;
  throw new RefocusdError("RF_CONFIG_INVALID", problemsText(file, reading.problems));
}

/**
 * The same for those who go on with another configuration when this one is not valid.
 * @throws RF_CONFIG_UNREADABLE
 */
export async function readConfig(file: string): Promise<ConfigReading> {
  return parseConfig(await readText(file), dirname(resolve(file)));
}

/** Every problem with its `file:line:column`. */
export function problemsText(file: string, problems: readonly ConfigProblem[]): string {
  const lines = problems.map((problem) => problemLine(file, problem));
  return lines.length === 1 ? lines.join() : `${lines.length} problems\n  ${lines.join("\n  ")}\n`;
}

export function problemLine(file: string, { line, column, key, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${key ? `${key}: ` : ""}${message}`;
}

/** The same without a file, and without throwing. */
export function parseConfig(text: string, base: string): ConfigReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    return { kind: "invalid", problems: syntax.map((e) => textProblem(lines, e.pos[0], firstLine(e.message))) };
  }
  const content = contentOf(document);
  if (content instanceof Error)
    return { kind: "invalid", problems: [textProblem(lines, 0, firstLine(content.message))] };

  const parsed = configSchema.safeParse(content);
  if (!parsed.success) return invalid(document, lines, explainIssues(parsed.error.issues, content));
  const config = resolvePaths(parsed.data, base);
  const findings = crossChecks(config).map((finding) => ({ ...finding, what: "value" as const }));
  return findings.length > 0 ? invalid(document, lines, findings) : { kind: "valid", config };
}

function invalid(document: Document, lines: LineCounter, found: readonly KeyProblem[]): ConfigReading {
  const problems = found.map(({ path, what, message }) => ({
    key: pathText(path),
    message,
    ...locate(document, lines, path, what),
  }));
  return { kind: "invalid", problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** The plain content, or why it cannot be had (an alias without its anchor, aliases that multiply without end). */
function contentOf(document: Document): unknown {
  try {
    return withoutEmptyGroups(document.toJS() ?? {});
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A group all of whose keys are commented out is null in YAML, but it is meant as left out. */
function withoutEmptyGroups(value: unknown, schema: JsonSchema | undefined = configJsonSchema): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutEmptyGroups(item, schema?.items));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value)
    .map(([name, inner]) => ({ name, inner: inner as unknown, schema: schema?.properties?.[name] }))
    .filter((child) => child.inner !== null || child.schema?.type !== "object");
  return Object.fromEntries(kept.map((child) => [child.name, withoutEmptyGroups(child.inner, child.schema)]));
}

function textProblem(lines: LineCounter, offset: number, message: string): ConfigProblem {
  const { line, col } = lines.linePos(offset);
  return { key: "", message, line, column: col };
}

function firstLine(message: string): string {
  return message.split("\n", 1).join();
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new RefocusdError("RF_CONFIG_UNREADABLE", `${file}: ${(error as NodeJS.ErrnoException).code ?? error}`, {
      cause: error,
    });
  }
}
