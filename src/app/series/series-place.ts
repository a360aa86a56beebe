import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { seriesFolderFindings } from "../../config/cross-checks.js";
import type { Config } from "../../config/schema.js";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { isNoSuchFile } from "../../system/file-system.js";

/**
 * Looks where the folder of all series really lies, links resolved: in a watched folder each frame there would be taken for a new one, and
 * get a place in another series, without end.
 * @throws RF_USAGE
 */
export async function checkSeriesPlace(folder: string, { series, watch }: Config): Promise<void> {
  const real = {
    series: { ...series, folder: await realPlace(folder) },
    watch: await Promise.all(
      watch.map(async (each) => ({ ...each, path: await realPlace(each.path), output: await realPlace(each.output) })),
    ),
  };
  const [finding] = seriesFolderFindings(real);
  if (finding) throw new RefocusdError("RF_USAGE", `series in ${folder}: ${finding.message}`);
}

/** Also of a folder that is still to be made. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isNoSuchFile(error) || dirname(path) === path) throw error;
    return join(await realPlace(dirname(path)), basename(path));
  }
}
