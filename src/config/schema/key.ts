import { z } from "zod";

/** Whether a changed key takes effect when the file is read again, or only at the next start. */
export type Reload = "live" | "restart";

/** What is told about a key to editors, in the commented example, and in error messages. */
interface KeyFacts {
  readonly description: string;
  readonly unit?: string;
  readonly reload: Reload;
  /** One value that would be right, for keys whose type alone does not tell. */
  readonly example?: string;
}

export function key<T extends z.ZodType>(type: T, facts: KeyFacts): T {
  return type.meta({ ...facts });
}

/** A group of keys that may be left out as a whole. */
export function section<S extends Record<string, z.ZodDefault>>(description: string, shape: S) {
  const group = z.strictObject(shape).meta({ description });
  return group.prefault({} as z.input<typeof group>);
}

/** The same keys without their defaults: what is left out is taken from the general section. */
export function override<K extends string>(description: string, shape: Record<K, z.ZodDefault<z.ZodNumber>>) {
  const keys = Object.entries<z.ZodDefault<z.ZodNumber>>(shape);
  const bare = Object.fromEntries(
    keys.map(([name, type]) => [
      name,
      type
        .unwrap()
        .meta(type.meta() ?? {})
        .optional(),
    ]),
  ) as Record<K, z.ZodOptional<z.ZodNumber>>;
  return z.strictObject(bare).meta({ description }).optional();
}
