import { realpath } from "node:fs/promises";

/** Where a path really lies, all symbolic links resolved; `undefined` when it leads nowhere. */
export type RealPath = (path: string) => Promise<string | undefined>;

export const systemRealPath: RealPath = async (path) => {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
};
