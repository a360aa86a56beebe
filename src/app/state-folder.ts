import { resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import { RefocusdError } from "../errors/refocusd-error.js";

/** The state folder that a command is about: named itself, or by a configuration file. */
export async function stateFolder(options: { readonly config?: string; readonly state?: string }): Promise<string> {
  if (options.state !== undefined) return resolve(options.state);
  if (options.config !== undefined) return (await loadConfig(options.config)).state;
  throw new RefocusdError("RF_USAGE", "give --config <file> or --state <folder>");
}
