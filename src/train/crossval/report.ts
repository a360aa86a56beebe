import { mkdir } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { dirname } from "node:path";
import type { FigureTable } from "../../models/card.js";
import { replaceFile } from "../../system/publish-file.js";
import { recipeOf } from "../plan.js";
import type { RequestFacts } from "./request-file.js";
import type { RunResult } from "./run-result.js";
import { type Spread, spreadOfFigures } from "./summary.js";
import { crossvalTable } from "./tables.js";

/** How the comparison came to be that its facts and results do not tell. */
export interface ReportFacts {
  readonly refocusd: string;
  readonly command: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface CrossvalReport extends ReportFacts, RequestFacts {
  readonly host: string;
  readonly cores: number;
  /** What the figures are not. */
  readonly notes: readonly string[];
  readonly runs: readonly RunResult[];
  /** Over the folds. */
  readonly summary?: Readonly<Record<string, Spread>>;
  readonly table: FigureTable;
}

/** Everything that was measured, and all that is needed to do it again. */
export function crossvalReport(about: ReportFacts, facts: RequestFacts, results: readonly RunResult[]): CrossvalReport {
  const isFolds = facts.comparison.kind === "folds";
  return {
    ...about,
    ...facts,
    host: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    notes: notesOf(facts),
    runs: results,
    ...(isFolds && { summary: spreadOfFigures(results.map(({ figures }) => figures)) }),
    table: crossvalTable(facts.kind, facts.comparison, results),
  };
}

export async function writeReport(path: string, report: CrossvalReport): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, `${path}.${process.pid}.tmp`, Buffer.from(`${JSON.stringify(report, null, 2)}\n`));
}

function notesOf({ plan, from, comparison }: RequestFacts): string[] {
  const notes = [
    "Defocus is computed, not measured: no through-focus stack stands behind these figures.",
    "Half of the items that are learnt from show simulated cells, whatever the number of fields.",
    "Start weights and the speed of the machine are not seeded: repeating it gives similar figures, not the same.",
  ];
  if (comparison.kind === "folds" && comparison.count > 2)
    notes.push("Folds learn from many of the same fields, so their s.d. is no standard error.");
  if (recipeOf(plan).keep === "best")
    notes.push("The best weights were chosen on the held-out fields themselves, which flatters the figures.");
  if (from)
    notes.push(
      `Fields that ${from.name} was trained on are not held out from it; nothing checks that there are none here.`,
    );
  return notes;
}
