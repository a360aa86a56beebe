import { adaptationTable } from "../../train/adapt/adapted-card.js";
import type { AdaptReport } from "./adapt.js";
import { aligned } from "./aligned.js";

/** For people: what was tried, how it did, and how to use what was written. */
export function adaptText({ old, adaptation, name, installed, seconds }: AdaptReport, source: string): string {
  const { title, columns, rows } = adaptationTable(old, adaptation, source);
  const outcome =
    installed === null
      ? `No adapted classifier is better here, so ${old.name} ${old.version} stays as it is and nothing was written.\n`
      : `written: ${installed}\nto use it: models: { classifier: ${name} } in the configuration; ${old.name} stays there to go back to\n`;
  return `Classifier. ${title} (${seconds} s)\n${aligned([columns, ...rows])}\n${outcome}`;
}

/** For scripts: everything but the weights. */
export function classifierJson({ old, adaptation, name, installed, seconds }: AdaptReport): object {
  const { fitted: _, ...measured } = adaptation;
  const parent = { name: old.name, version: old.version, sha256: old.sha256 };
  return { parent, ...measured, name, installed, seconds };
}
