import { problemLine } from "../../config/load.js";
import { CATALOGUE } from "../../errors/catalogue.js";
import type { ConfigStatus } from "../daemon/live-config.js";
import { localTime } from "../local-time.js";

/** What `refocusd status` says about the configuration: nothing, as long as its file is in force. */
export function configLines({ afterRestart, problem }: ConfigStatus, file: string): string[] {
  const lines = afterRestart.map((change) => `  after a restart: ${change}`);
  if (problem === null) return lines;
  const { code, sinceMs, detail, places } = problem;
  const since = localTime(sinceMs);
  return [
    ...lines,
    `  CONFIGURATION NOT IN FORCE since ${since}: ${CATALOGUE[code].what} (${code}); the one before it is`,
    ...(places.length > 0 ? places.map((place) => `    ${problemLine(file, place)}`) : [`    ${detail}`]),
  ];
}
