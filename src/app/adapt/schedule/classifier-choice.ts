import type { Ledger, LedgerReader } from "../../../ledger/ledger.js";
import type { NamedModel } from "./outcome.js";

/** The adapted classifier that may judge instead of the configured one. Kept in the ledger's `meta`, so that a restart keeps it. */
export interface ClassifierChoice extends NamedModel {
  /** The configured one that it was measured to be better than: when that is another by now, nobody knows which is better. */
  readonly insteadOf: NamedModel;
  /** When it was chosen, or somebody last said yes or no to it; ms since 1970. */
  readonly sinceMs: number;
  /** A person went back to the configured one. */
  readonly undone: boolean;
}

const KEY = "adapt.classifier";

export function readChoice(ledger: Pick<LedgerReader, "getMeta">): ClassifierChoice | undefined {
  const text = ledger.getMeta(KEY);
  return text === undefined ? undefined : (JSON.parse(text) as ClassifierChoice);
}

export function writeChoice(ledger: Pick<Ledger, "setMeta">, choice: ClassifierChoice): void {
  ledger.setMeta(KEY, JSON.stringify(choice));
}

/** Which classifier is to judge: an adapted one, or, undefined, the configured one. */
export function wantedClassifier(
  use: boolean,
  configured: NamedModel | undefined,
  choice: ClassifierChoice | undefined,
): ClassifierChoice | undefined {
  if (!use || choice === undefined || choice.undone || configured === undefined) return undefined;
  const { name, version, sha256 } = choice.insteadOf;
  const isSame = name === configured.name && version === configured.version && sha256 === configured.sha256;
  return isSame ? choice : undefined;
}
