import { type ConfigChange, configChanges } from "./changes.js";
import type { ConfigProblem, ConfigReading } from "./load.js";
import { applyLive } from "./merge.js";
import type { Config } from "./schema.js";

/** What becomes of the configuration in force when its file was read again. */
export type ReloadDecision =
  /** The file is not valid: everything stays as it is. */
  | { readonly kind: "keep"; readonly problems: readonly ConfigProblem[] }
  | {
      readonly kind: "apply";
      /** In force from now on. */
      readonly config: Config;
      /** What it changes. */
      readonly changed: readonly ConfigChange[];
      /** What the file says and only the next start will heed. */
      readonly waiting: readonly ConfigChange[];
    };

export function decideReload(current: Config, reading: ConfigReading): ReloadDecision {
  if (reading.kind === "invalid") return { kind: "keep", problems: reading.problems };
  const config = applyLive(current, reading.config);
  return {
    kind: "apply",
    config,
    changed: configChanges(current, config),
    waiting: configChanges(config, reading.config),
  };
}
