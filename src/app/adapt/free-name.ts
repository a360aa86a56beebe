import { existsSync } from "node:fs";
import { join } from "node:path";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { foldersOf, type ModelFolders } from "../../models/registry.js";

/**
 * The name that an adapted model gets: models are never replaced, because ledgers name them. Looked at before minutes of work.
 * @param wanted as it was asked for
 * @param usual otherwise; a number is added where it is taken
 * @throws RF_USAGE when the wanted name is taken
 */
export function freeName(models: ModelFolders, wanted: string | undefined, usual: string): string {
  const isTaken = (name: string) => foldersOf(models).some((folder) => existsSync(join(folder, name)));
  if (wanted !== undefined) {
    if (!isTaken(wanted)) return wanted;
    throw new RefocusdError("RF_USAGE", `${wanted} is there already, and is not replaced: give another --name`);
  }
  if (!isTaken(usual)) return usual;
  let number = 2;
  while (isTaken(`${usual}-${number}`)) number++;
  return `${usual}-${number}`;
}
