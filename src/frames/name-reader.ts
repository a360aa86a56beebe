import { compileNamePattern, MAX_NAME_CHARS, NAME_MATCH_MS } from "../config/name-pattern.js";
import { guardedMatch } from "../system/guarded-match.js";
import {
  type NameParse,
  nameParse,
  parseJobsName,
  parseNdName,
  parseSequenceName,
  withoutExtension,
} from "./nis-names.js";

/** How names are read: expressions of the user's, tried in their order, then one of the presets. */
export interface Naming {
  /** nis is jobs, then nd. */
  readonly naming: "nis" | "nd" | "jobs" | "sequence" | "none";
  /** Regular expressions with named groups, checked by `namePatternProblem`. */
  readonly namePatterns?: readonly string[];
}

export type NameReading =
  | {
      readonly kind: "read";
      /** The preset, or the number of the expression, from 1. */
      readonly by: "jobs" | "nd" | "sequence" | number;
      readonly name: NameParse;
    }
  | {
      readonly kind: "unread";
      /** Of the expression that took too long, from 1. */
      readonly tooSlow?: number;
    };

/** Reads a file's name, without its folder. */
export type NameReader = (fileName: string) => NameReading;

/** `undefined` where nothing is asked of names. */
export function createNameReader({ naming, namePatterns = [] }: Naming): NameReader | undefined {
  if (naming === "none" && namePatterns.length === 0) return undefined;
  const expressions = namePatterns.map(compileNamePattern);
  return (fileName) => {
    if (fileName.length > MAX_NAME_CHARS) return { kind: "unread" };
    let tooSlow: number | undefined;
    for (const [i, expression] of expressions.entries()) {
      const match = guardedMatch(expression, fileName, NAME_MATCH_MS);
      if (match === "too-slow") tooSlow ??= i + 1;
      const name = match && match !== "too-slow" ? readGroups(fileName, match) : undefined;
      if (name) return { kind: "read", by: i + 1, name };
    }
    for (const preset of PRESETS[naming]) {
      const name = PARSERS[preset](withoutExtension(fileName));
      if (name) return { kind: "read", by: preset, name };
    }
    return { kind: "unread", ...(tooSlow !== undefined && { tooSlow }) };
  };
}

const PRESETS = { nis: ["jobs", "nd"], nd: ["nd"], jobs: ["jobs"], sequence: ["sequence"], none: [] } as const;
const PARSERS = { nd: parseNdName, jobs: parseJobsName, sequence: parseSequenceName };

/**
 * Without a group for the prefix it is what the expression does not cover: `_t(?<time>\d+)` reads `exp_t01_raw.tif` as `exp_raw`, time 1.
 * A time, z or seq that is no number means that the expression does not fit.
 */
function readGroups(fileName: string, match: RegExpExecArray): NameParse | undefined {
  const { prefix, ...parts } = match.groups ?? {};
  const end = match.index + match[0].length;
  const after = withoutExtension(fileName).slice(end);
  return nameParse(prefix ?? fileName.slice(0, match.index) + after, parts);
}
