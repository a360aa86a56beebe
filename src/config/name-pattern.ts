import { guardedMatch } from "../system/guarded-match.js";
import { suggest } from "./suggest.js";

/** The groups that an expression in `namePatterns` may name. */
export const NAME_GROUPS = ["prefix", "well", "position", "time", "z", "channel", "seq"] as const;
export type NameGroup = (typeof NAME_GROUPS)[number];

/** Longer names do not exist on the file systems of Linux and Windows. */
export const MAX_NAME_CHARS = 255;
/** A sound expression takes microseconds; but the clock also runs while a busy machine does something else (50 ms were met). */
export const NAME_MATCH_MS = 250;
const CHECK_MS = 1000;
const MAX_EXPRESSION_CHARS = 1000;

/** u: a mistyped escape is an error instead of something else. */
const FLAGS = "u";

/** What is wrong with an expression, in words that fit after its place in the file; `undefined` when it can be used. */
export function namePatternProblem(text: string): string | undefined {
  if (text.length > MAX_EXPRESSION_CHARS) return `longer than ${MAX_EXPRESSION_CHARS} characters`;
  let expression: RegExp;
  try {
    expression = compileNamePattern(text);
  } catch (error) {
    return `not a regular expression: ${(error as Error).message.replace(/^Invalid regular expression: .*\/\w*: /s, "")}`;
  }
  const groups = groupNames(expression);
  const unknown = groups.find((name) => !NAME_GROUPS.some((known) => known === name));
  if (unknown !== undefined) {
    const near = suggest(unknown, NAME_GROUPS);
    return `there is no group called ${unknown}; ${near ? `did you mean ${near}?` : `known are ${NAME_GROUPS.join(", ")}`}`;
  }
  if (groups.length === 0) return "it names no group, such as (?<time>\\d+)";
  const hostile = hostileNames(text).find((name) => guardedMatch(expression, name, CHECK_MS) === "too-slow");
  if (hostile !== undefined)
    return `some names would take for ever, such as ${JSON.stringify(`${hostile.slice(0, 12)}…`)}: avoid a repetition inside a repeated group, as in (a+)+`;
  return undefined;
}

/** @throws SyntaxError */
export function compileNamePattern(text: string): RegExp {
  return new RegExp(text, FLAGS);
}

/** An empty alternative matches anything, and the match then lists every group. */
function groupNames(expression: RegExp): string[] {
  return Object.keys(new RegExp(`${expression.source}|`, FLAGS).exec("")?.groups ?? {});
}

/** Long names of one kind of character, after what the expression begins with, that end in something no expression expects. */
function hostileNames(text: string): string[] {
  const start = /^\^?([\w -]*)/.exec(text)?.[1] ?? "";
  return ["", start].flatMap((prefix) =>
    ["a", "A", "0", "_", "-", "a0_"].map((unit) => `${prefix}${unit.repeat(200).slice(0, 200)}\u0001`),
  );
}
