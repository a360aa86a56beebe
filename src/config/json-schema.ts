import { z } from "zod";
import { configSchema, type Reload } from "./schema.js";

/** The parts of JSON Schema (draft 7) that our schema uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly unit?: string;
  readonly reload?: Reload;
  readonly example?: string;
  /** What the value is, where "a text" says too little. */
  readonly expects?: string;
}

/** The configuration as JSON Schema, with our own `unit`, `reload`, `example` and `expects` beside the standard keywords. */
export const configJsonSchema: JsonSchema = z.toJSONSchema(configSchema, {
  target: "draft-7",
  io: "input",
  override: ({ jsonSchema }) => {
    // A group's "default: {}" only says that it may be left out, which `required` says already.
    if (jsonSchema.type === "object") delete jsonSchema.default;
  },
}) as JsonSchema;

/** What editors read: `config/refocusd.schema.json`. They show descriptions, so unit and reload are told there. */
export function editorSchema(): string {
  const titled = { ...configJsonSchema, title: "refocusd configuration" };
  return `${JSON.stringify(titled, tell, 2)}\n`;
}

function tell(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { unit, reload, example, expects, description, ...standard } = value as JsonSchema;
  if (reload === undefined) return Array.isArray(value) ? value : { ...standard, ...(description && { description }) };
  return {
    ...standard,
    description: [
      description,
      unit && `Value: ${unit}.`,
      reload === "live" ? "Can be changed while refocusd runs." : "Takes effect when refocusd is restarted.",
    ]
      .filter(Boolean)
      .join(" "),
    ...(example && { examples: [standard.type === "array" ? [example] : example] }),
  };
}

/** The schema of the key at `path` (list positions as numbers), or undefined where there is no such key. */
export function schemaAt(path: readonly (string | number)[]): JsonSchema | undefined {
  let schema: JsonSchema | undefined = configJsonSchema;
  for (const step of path) schema = typeof step === "number" ? schema?.items : schema?.properties?.[step];
  return schema;
}
