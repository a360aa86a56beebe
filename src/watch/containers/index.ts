import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

export type { ContainerCheck } from "./container-check.js";

/** Whether a file is written to its end, told from its own structure. Dispatches by content; the name is only a hint. */
export async function checkContainer(_file: RandomAccess, _name: string): Promise<ContainerCheck> {
  throw new Error("not yet");
}
