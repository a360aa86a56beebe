import { isDeepStrictEqual } from "node:util";
import { type ConfigKey, configKeys } from "./keys.js";
import { valueAt } from "./locate.js";
import type { Config, Reload } from "./schema.js";

/** One key that differs between two configurations. */
export interface ConfigChange {
  /** Such as `settle.quietSeconds`, or `watch[1].verdict.focusedBelow`. */
  readonly name: string;
  readonly reload: Reload;
}

/** What a new configuration changes, and whether each change can take effect without a restart. */
export function configChanges(current: Config, next: Config): ConfigChange[] {
  const ofFolders = (key: ConfigKey) => key.name.startsWith("watch[]");
  const general = configKeys.filter((key) => !ofFolders(key)).flatMap((key) => changed(key.name, key, current, next));
  // Folders are the same by position and path: one that was added, removed or moved changes what is watched.
  const sameFolders = isDeepStrictEqual(
    current.watch.map(({ path }) => path),
    next.watch.map(({ path }) => path),
  );
  if (!sameFolders) return [...general, { name: "watch", reload: "restart" }];
  const own = current.watch.flatMap((_, i) =>
    configKeys.filter(ofFolders).flatMap((key) => changed(key.name.replace("[]", `[${i}]`), key, current, next)),
  );
  return [...general, ...own];
}

function changed(name: string, key: ConfigKey, current: Config, next: Config): ConfigChange[] {
  const path = name.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  return isDeepStrictEqual(valueAt(current, path), valueAt(next, path)) ? [] : [{ name, reload: key.reload }];
}
