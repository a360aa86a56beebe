import { createHash } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { asRefocusdError } from "../../../errors/refocusd-error.js";
import type { LedgerReader } from "../../../ledger/ledger.js";
import { findModel, type InstalledModel } from "../../../models/registry.js";
import type { Clock } from "../../../system/clock.js";
import { type FileSystem, systemFileSystem } from "../../../system/file-system.js";
import { isBetterThan, type Score } from "../../../train/adapt/score.js";
import { adaptToLab } from "../adapt.js";
import { adaptedName } from "../adapt-parts.js";
import { type LedgerFields, ledgerFields } from "../ledger-fields.js";
import { baseClassifier } from "./base-classifier.js";
import { type AdaptOutcome, namedModel } from "./outcome.js";
import { scoreClassifier } from "./score-classifier.js";

/** All that a scheduled adaptation is made from, as plain data: it is made in a process of its own. */
export interface AdaptOnceRequest {
  readonly ledger: string;
  /** Where models are looked for, the last one for those that were adapted. */
  readonly models: readonly [string, string];
  /** A folder in that one, which is this run's alone. */
  readonly work: string;
  /** The configured classifier. */
  readonly configured: string;
  /** Adapted ones that the new one must be better than: the one in use, the one installed last. */
  readonly rivals: readonly string[];
  readonly days: number;
  readonly frames: number;
  readonly na: number | null;
  readonly pixelMicrometres: number | null;
  /** What the last run was based on. */
  readonly basis: string | null;
}

/** What takes minutes, and what else is outside; replaced in tests. */
export interface AdaptTools {
  readonly adapt: typeof adaptToLab;
  readonly score: typeof scoreClassifier;
  readonly fs: Pick<FileSystem, "hash">;
}

const TOOLS: AdaptTools = { adapt: adaptToLab, score: scoreClassifier, fs: systemFileSystem };

/** One seed for all: what makes runs differ are the frames. */
const SEED = 1;
const DAY_MS = 86_400_000;

/**
 * Adapts the classifier to frames of the ledger, and installs the new one if it is better than the one it was made from and than its rivals.
 * Too few frames are an outcome, not an error.
 * @throws what keeps it from being tried: RF_MODEL_MISSING, RF_TRAINING_DATA, RF_ENGINE_MISSING, …
 */
export async function adaptOnce(
  request: AdaptOnceRequest,
  ledger: Pick<LedgerReader, "select">,
  clock: Clock,
  { adapt, score, fs }: AdaptTools = TOOLS,
): Promise<AdaptOutcome> {
  const { models, work, configured, days, frames } = request;
  const base = await baseClassifier(models, configured);
  const found = await fieldsOf(ledger, fs, clock.now() - days * DAY_MS, frames);
  if ("kind" in found) return found;
  const { fields, reviewed } = found;
  const microscope = {
    na: request.na ?? found.microscope.na,
    pixelUm: request.pixelMicrometres ?? found.microscope.pixelUm,
  };
  const basis = await basisOf(fields, fs, [base.card.sha256, microscope]);
  if (basis === request.basis) return { kind: "nothing-new" };
  const into = join(work, "models");
  await mkdir(into, { recursive: true });
  const report = await adapt(
    {
      ...{ fields, model: base.card.name, models, into, microscope, seed: SEED },
      name: adaptedName({ models }, base.card.name, undefined, clock.now()),
      source: "frames of the ledger",
      licence: "not stated",
      command: `adapt.schedule: days ${days}, frames ${frames}, base ${base.card.name}`,
    },
    clock,
  );
  const { adaptation, name, installed } = report;
  const words = `${fields.length} frames, ${reviewed} of them reviewed; ${scoreWords(adaptation.before)} before`;
  const { chosen } = adaptation;
  if (installed === null || chosen === null) return { kind: "nothing-better", than: base.card.name, basis, words };
  for (const rival of await rivalsOf(request, base)) {
    const its = await score(rival, fields, microscope, SEED);
    if (isBetterThan(chosen.after, its)) continue;
    const both = `${words}, ${scoreWords(chosen.after)} after; ${scoreWords(its)} with ${rival.card.name}`;
    return { kind: "nothing-better", than: rival.card.name, basis, words: both };
  }
  // As a whole: nobody finds half a model, whenever this process is ended.
  await rename(installed, join(models[1], basename(installed)));
  const model = namedModel(await findModel(models, name, "classifier"));
  return {
    kind: "installed",
    ...{ model, parent: namedModel(base), basis },
    words: `${words}, ${scoreWords(chosen.after)} after`,
  };
}

async function fieldsOf(
  ledger: Pick<LedgerReader, "select">,
  fs: Pick<FileSystem, "hash">,
  sinceMs: number,
  count: number,
): Promise<LedgerFields | AdaptOutcome> {
  try {
    return await ledgerFields(ledger, { sinceMs, count }, fs);
  } catch (thrown) {
    const { code, detail } = asRefocusdError(thrown);
    if (code !== "RF_TRAINING_DATA") throw thrown;
    return { kind: "too-few", detail };
  }
}

/** Those that are there and were made from the same classifier, or are the configured one: others are no longer in question. */
async function rivalsOf({ models, configured, rivals }: AdaptOnceRequest, base: InstalledModel) {
  const found: InstalledModel[] = [];
  for (const name of new Set([...(configured === base.card.name ? [] : [configured]), ...rivals])) {
    const rival = await findModel(models, name, "classifier").catch(() => undefined);
    if (rival !== undefined && (name === configured || rival.card.parent?.sha256 === base.card.sha256))
      found.push(rival);
  }
  return found;
}

async function basisOf(
  fields: LedgerFields["fields"],
  fs: Pick<FileSystem, "hash">,
  others: readonly unknown[],
): Promise<string> {
  const hashes = await Promise.all(fields.map(({ path }) => fs.hash(path)));
  return createHash("sha256")
    .update(JSON.stringify([...others, hashes.sort()]))
    .digest("hex");
}

function scoreWords({ right, uncertain, wrong }: Score): string {
  return `${right} right, ${uncertain} uncertain, ${wrong} wrong`;
}
