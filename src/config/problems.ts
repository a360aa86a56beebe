import type { z } from "zod";
import { describeExpected, describeFound } from "./describe.js";
import { schemaAt } from "./json-schema.js";
import { configKeys } from "./keys.js";
import { type KeyPath, valueAt } from "./locate.js";
import { suggest } from "./suggest.js";

/** One thing that is wrong with a value, and where; `what` says whether the key's name or its value is meant. */
export interface KeyProblem {
  readonly path: KeyPath;
  readonly what: "key" | "value";
  readonly message: string;
}

/** Zod's findings in our words. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], content: unknown): KeyProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (issue.code === "unrecognized_keys") return issue.keys.map((name) => unknownKey([...path, name]));
    const value = valueAt(content, path);
    const schema = schemaAt(path);
    const expected = schema ? describeExpected(schema) : issue.message;
    const message =
      value === undefined ? `missing; expected ${expected}` : `found ${describeFound(value)}, expected ${expected}`;
    return [{ path, what: "value", message } as const];
  });
}

function unknownKey(path: readonly (string | number)[]): KeyProblem {
  const name = String(path.at(-1));
  const group = schemaAt(path.slice(0, -1));
  const siblings = Object.keys(group?.properties ?? {});
  const near = suggest(name, siblings);
  const elsewhere = configKeys.map((key) => key.name).filter((full) => full.split(".").at(-1) === name);
  const hint = near ?? (elsewhere.length > 0 ? elsewhere.join(" or ") : undefined);
  const message = hint
    ? `there is no such key; did you mean ${hint}?`
    : `there is no such key here; known are ${siblings.join(", ")}`;
  return { path, what: "key", message };
}

/** Such as `watch[0].path`. */
export function pathText(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
