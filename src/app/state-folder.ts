import { resolve } from "node:path";
import { loadConfig } from "../config/load.js";
import { stateInFile } from "../config/state-in-file.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";
import { isRunning } from "./status/status.js";
import { readLiveStatus } from "./status/status-file.js";

/**
 * The state folder that a command is about: named itself, or by a configuration file. A file that has become invalid will do as long
 * as a daemon runs that was started with it: what is wrong with the file is among the things to ask about.
 */
export async function stateFolder(
  options: { readonly config?: string; readonly state?: string },
  clock: Clock,
): Promise<string> {
  if (options.state !== undefined) return resolve(options.state);
  if (options.config === undefined) throw new RefocusdError("RF_USAGE", "give --config <file> or --state <folder>");
  try {
    return (await loadConfig(options.config)).state;
  } catch (error) {
    const state = await stateInFile(options.config);
    const live = state === undefined ? undefined : readLiveStatus(state);
    if (state !== undefined && live?.configFile === resolve(options.config) && isRunning(live, clock.now()))
      return state;
    throw error;
  }
}
