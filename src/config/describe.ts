import type { JsonSchema } from "./json-schema.js";

/** What a key expects, in words that fit after "expected". */
export function describeExpected(schema: JsonSchema): string {
  if (schema.anyOf) {
    // null first: after "such as …" it would read like one more example.
    const branches = [...schema.anyOf].sort((a, b) => Number(b.type === "null") - Number(a.type === "null"));
    return joinOr(branches.map((branch) => describeExpected({ ...branch, ...exampleOf(schema) })));
  }
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return joinOr(schema.enum.map((value) => JSON.stringify(value)));
  switch (schema.type) {
    case "integer":
      return `a whole number${range(schema)}`;
    case "number":
      return `a number${range(schema)}`;
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list${schema.minItems ? ` of at least ${schema.minItems}` : ""}${exampleText(schema, " such as ", (text) => [text])}`;
    case "object":
      return `a group of keys (${Object.keys(schema.properties ?? {}).join(", ")})`;
    default:
      return `${schema.expects ?? "a text"}${exampleText(schema, schema.expects?.includes(",") ? ", such as " : " such as ")}`;
  }
}

/** What was found, shortened, in words that fit after "found". */
export function describeFound(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "a group of keys";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function range({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const above = exclusiveMinimum === undefined ? undefined : ` above ${exclusiveMinimum}`;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (above && maximum !== undefined) return `${above} and up to ${maximum}`;
  return above ?? "";
}

function exampleOf({ example }: JsonSchema): Pick<JsonSchema, "example"> {
  return example === undefined ? {} : { example };
}

function exampleText({ example }: JsonSchema, lead: string, wrap = (text: string): unknown => text): string {
  return example === undefined ? "" : `${lead}${JSON.stringify(wrap(example))}`;
}

function joinOr(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1)}`;
}
