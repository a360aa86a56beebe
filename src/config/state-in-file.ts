import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import { configSchema } from "./schema.js";

/**
 * The state folder that a configuration file names (or has by default), though the rest of it may not be valid.
 * `undefined` where nothing sensible can be made out.
 */
export async function stateInFile(file: string): Promise<string | undefined> {
  try {
    const content: unknown = parseDocument(await readFile(file, "utf8")).toJS();
    const state = typeof content === "object" && content !== null && "state" in content ? content.state : undefined;
    const read = configSchema.shape.state.safeParse(state);
    return read.success ? resolve(dirname(resolve(file)), read.data) : undefined;
  } catch {
    return undefined;
  }
}
