import { z } from "zod";

// "~" and backslashes are what a shell or Windows would understand; here they would silently make a relative path.
export const folder = z
  .string()
  .regex(/^[^~\\][^\\]*$/)
  .meta({ expects: "a folder, written without ~ and \\" });
export const fileName = z
  .string()
  .regex(/^[^/\\]+$/)
  .meta({ expects: "a file name, without a folder" });
export const glob = z
  .string()
  .regex(/^[^/\\][^\\]*$/)
  .meta({ expects: "a pattern relative to the watched folder, with / between names" });
export const probability = z.number().min(0).max(1);
export const autoOr = (most: number) => z.union([z.literal("auto"), z.int().min(1).max(most)]);
