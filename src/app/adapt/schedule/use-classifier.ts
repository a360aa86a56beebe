import { RefocusdError } from "../../../errors/refocusd-error.js";
import type { Ledger } from "../../../ledger/ledger.js";
import type { Clock } from "../../../system/clock.js";
import { type ClassifierChoice, readChoice, writeChoice } from "./classifier-choice.js";

export const CLASSIFIER_WISHES = ["configured", "adapted"] as const;
export type ClassifierWish = (typeof CLASSIFIER_WISHES)[number];

/**
 * Goes back to the configured classifier, or again to the adapted one; a running daemon follows within seconds.
 * @throws RF_USAGE when none was adapted on schedule yet
 */
export function useClassifier(
  wish: ClassifierWish,
  by: string,
  { ledger, clock }: { readonly ledger: Pick<Ledger, "getMeta" | "setMeta" | "event">; readonly clock: Clock },
): ClassifierChoice {
  const choice = readChoice(ledger);
  if (choice === undefined)
    throw new RefocusdError("RF_USAGE", "no classifier was adapted on schedule yet (adapt.schedule)");
  const changed = { ...choice, undone: wish === "configured", sinceMs: clock.now() };
  writeChoice(ledger, changed);
  const { name, sha256 } = choice;
  ledger.event("classifier-wished", null, { wish, name, sha256, by }, clock.now());
  return changed;
}

/** @param use adapt.use of the configuration */
export function useClassifierText({ name, insteadOf, undone }: ClassifierChoice, use: boolean): string {
  if (undone)
    return (
      `${insteadOf.name} judges; ${name} stays installed. What the schedule adapts from now on is only installed as well, until ` +
      "refocusd models use adapted\n"
    );
  return use
    ? `${name} judges, as long as ${insteadOf.name} ${insteadOf.version} is the configured classifier\n`
    : `${name} will judge when adapt: { use: true } is in the configuration\n`;
}
