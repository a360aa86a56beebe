import { join } from "node:path";
import { loadConfig } from "../../config/load.js";
import type { Clock } from "../../system/clock.js";
import { stateFolder } from "../state-folder.js";
import { ledgerPath } from "../workshop.js";

/** Where the chain is, and what tells of it outside. */
export interface ChainPlaces {
  readonly ledgerFile: string;
  readonly dailyLogs: string;
  /** In which heads of the chain were written down: daily files, log files. */
  readonly folders: readonly string[];
}

/** @throws what stateFolder throws */
export async function chainPlaces(
  options: { readonly config?: string; readonly state?: string },
  clock: Clock,
): Promise<ChainPlaces> {
  const state = await stateFolder(options, clock);
  const usual = join(state, "log");
  // A file that is not valid any more names no folders; what stands beside the ledger is looked at all the same.
  const config = options.config === undefined ? undefined : await loadConfig(options.config).catch(() => undefined);
  const dailyLogs = config?.dailyLog.directory ?? usual;
  return { ledgerFile: ledgerPath(state), dailyLogs, folders: [dailyLogs, config?.log.directory ?? usual] };
}
