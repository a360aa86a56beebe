import { z } from "zod";
import { adapt } from "./schema/adapt.js";
import { disk, limits, output, retry } from "./schema/frames.js";
import { key, section } from "./schema/key.js";
import { engine, models, reconstruction, trust, workers } from "./schema/networks.js";
import { reconstruct, scan, settle, verdict } from "./schema/per-folder.js";
import { dailyLog, ledger, log } from "./schema/records.js";
import { series } from "./schema/series.js";
import { folder } from "./schema/values.js";
import { watchSchema } from "./schema/watch.js";

export type { Reload } from "./schema/key.js";
export { watchSchema };

/** The configuration file. Everything else that is said about it (JSON Schema, messages, defaults) is derived from here. */
export const configSchema = z.strictObject({
  state: key(folder.default("/var/lib/refocusd"), {
    description: "The folder of the ledger, on a local disk; one folder serves one running refocusd.",
    unit: "folder",
    reload: "restart",
    example: "/var/lib/refocusd",
  }),
  watch: z.array(watchSchema).min(1).meta({ description: "The watched folders.", reload: "restart" }),
  engine,
  models,
  adapt,
  workers,
  reconstruction,
  trust,
  output,
  verdict: section("Where the lines between focused, uncertain and defocused are drawn.", verdict),
  reconstruct: key(reconstruct.default("defocused"), {
    description: "Which frames are reconstructed.",
    reload: "live",
  }),
  settle: section("When a file counts as completely written.", settle),
  scan: section("How often the watched folders are read.", scan),
  limits,
  disk,
  retry,
  log,
  dailyLog,
  series,
  ledger,
});

export type ConfigFile = z.output<typeof configSchema>;
export type WatchConfig = z.output<typeof watchSchema>;

/** The effective configuration: every path absolute, the log folders filled in. */
export interface Config extends Omit<ConfigFile, "log" | "dailyLog"> {
  readonly log: Omit<ConfigFile["log"], "directory"> & { readonly directory: string };
  readonly dailyLog: Omit<ConfigFile["dailyLog"], "directory"> & { readonly directory: string };
}
