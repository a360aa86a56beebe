import type { ErrorCode } from "../../../errors/catalogue.js";
import type { InstalledModel } from "../../../models/registry.js";

/** A model as the ledger names it. */
export interface NamedModel {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

export function namedModel({ card: { name, version, sha256 } }: InstalledModel): NamedModel {
  return { name, version, sha256 };
}

/** How a scheduled adaptation ended. */
export type AdaptOutcome =
  | {
      /** A better classifier lies in the folder of adapted models. */
      readonly kind: "installed";
      readonly model: NamedModel;
      readonly parent: NamedModel;
      /** What was adapted on: the same again need not be tried. */
      readonly basis: string;
      readonly words: string;
    }
  | { readonly kind: "nothing-better"; readonly than: string; readonly basis: string; readonly words: string }
  /** The same frames and the same classifier as the last time. */
  | { readonly kind: "nothing-new" }
  | { readonly kind: "too-few"; readonly detail: string }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly detail: string }
  /** refocusd was stopped meanwhile; it is made up for at the next start. */
  | { readonly kind: "interrupted" };

/** For people, in a line. */
export function outcomeWords(outcome: AdaptOutcome): string {
  switch (outcome.kind) {
    case "installed":
      return `adapted and installed as ${outcome.model.name} (${outcome.model.sha256.slice(0, 12)}): ${outcome.words}`;
    case "nothing-better":
      return `nothing better than ${outcome.than}: ${outcome.words}`;
    case "nothing-new":
      return "no other frames than the last time";
    case "too-few":
      return `too few frames: ${outcome.detail}`;
    case "failed":
      return `failed (${outcome.code}): ${outcome.detail}`;
    case "interrupted":
      return "interrupted, as refocusd was stopped";
  }
}
