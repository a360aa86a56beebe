import { existsSync } from "node:fs";
import path from "node:path";

const folder = process.env.REFOCUSD_DATA ?? path.resolve(import.meta.dirname, "../../../shared/data");

/** Real microscope files (see its README), or `undefined` where they are not: tests that need them then skip. */
export const dataFolder: string | undefined = existsSync(folder) ? folder : undefined;
