import { isDeepStrictEqual } from "node:util";
import { type ConfigKey, configKeys } from "./keys.js";
import { valueAt } from "./locate.js";
import type { Config, Reload } from "./schema.js";

/** One key that differs between two configurations. */
export interface ConfigChange {
  /** Such as `settle.quietSeconds`, or `watch[1].verdict.focusedBelow`. */
  readonly name: string;
  readonly reload: Reload;
  readonly from: unknown;
  readonly to: unknown;
}

/** What a new configuration changes, and whether each change can take effect without a restart. */
export function configChanges(current: Config, next: Config): ConfigChange[] {
  const ofFolders = (key: ConfigKey) => key.name.startsWith("watch[]");
  const general = configKeys.filter((key) => !ofFolders(key)).flatMap((key) => changed(key.name, key, current, next));
  // Folders are the same by position and path: one that was added, removed or moved changes what is watched.
  const [from, to] = [current, next].map(({ watch }) => watch.map(({ path }) => path));
  if (!isDeepStrictEqual(from, to)) return [...general, { name: "watch", reload: "restart", from, to }];
  const own = current.watch.flatMap((_, i) =>
    configKeys.filter(ofFolders).flatMap((key) => changed(key.name.replace("[]", `[${i}]`), key, current, next)),
  );
  return [...general, ...own];
}

function changed(name: string, key: ConfigKey, current: Config, next: Config): ConfigChange[] {
  const path = name.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
  const [from, to] = [valueAt(current, path), valueAt(next, path)];
  return isDeepStrictEqual(from, to) ? [] : [{ name, reload: key.reload, from, to }];
}

/** Such as `settle.quietSeconds: 1 → 5`. */
export function changeText({ name, from, to }: ConfigChange): string {
  return `${name}: ${valueText(from)} → ${valueText(to)}`;
}

/** An undefined value is that of a folder which has no setting of its own. */
function valueText(value: unknown): string {
  const text = value === undefined ? "as in general" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
