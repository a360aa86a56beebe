import { relative, resolve } from "node:path";
import { literalPattern } from "./patterns.js";
import { resolvePaths } from "./resolve.js";
import { type Config, type ConfigFile, configSchema, type WatchConfig, watchSchema } from "./schema.js";

type Groups = Omit<ConfigFile, "state" | "watch">;

/** What `refocusd process` knows from its command line; everything else has its default. */
export interface OneShotOptions {
  readonly state: string;
  readonly out: string;
  /** The folders of the sources, so that every frame has a root and an output; they are not watched. */
  readonly roots?: readonly string[];
  readonly settings?: { readonly [K in keyof Groups]?: Groups[K] extends object ? Partial<Groups[K]> : Groups[K] };
}

/**
 * A full configuration without a file. Relative paths are meant from the working directory.
 * @throws ZodError if `settings` has a value that the configuration file would not accept either.
 */
export function configForOneShot({ state, out, roots = [], settings = {} }: OneShotOptions): Config {
  const watch = roots.map((root) => oneShotRoot(resolve(root), resolve(out)));
  const general = configSchema.omit({ watch: true }).parse({ ...settings, state: resolve(state) });
  return resolvePaths({ ...general, watch }, process.cwd());
}

function oneShotRoot(path: string, output: string): WatchConfig {
  const inside = relative(path, output);
  const isBelow = inside !== "" && !inside.startsWith("..");
  return watchSchema.parse({ path, output, ...(isBelow && { exclude: [`${literalPattern(inside)}/**`] }) });
}
