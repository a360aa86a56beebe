import { describeExpected } from "./describe.js";
import { configJsonSchema, type JsonSchema } from "./json-schema.js";
import type { Reload } from "./schema.js";

/** One setting, as people are told about it. */
export interface ConfigKey {
  /** Such as `settle.quietSeconds` or `watch[].path`. */
  readonly name: string;
  readonly description: string;
  /** Unit, kind of value, or the values there are. */
  readonly unit: string;
  readonly reload: Reload;
  readonly hasDefault: boolean;
  /** Only meaningful if `hasDefault`, because null is a value. */
  readonly default: unknown;
}

/** Every setting in the order of the schema; groups themselves are not settings. */
export const configKeys: readonly ConfigKey[] = collect(configJsonSchema, "");

function collect(schema: JsonSchema, prefix: string): ConfigKey[] {
  return Object.entries(schema.properties ?? {}).flatMap(([step, child]) => {
    const name = prefix + step;
    if (child.properties) return collect(child, `${name}.`);
    if (child.items?.properties) return collect(child.items, `${name}[].`);
    return [
      {
        name,
        description: child.description ?? "",
        unit: child.unit ?? describeExpected(child),
        reload: child.reload ?? "restart",
        hasDefault: "default" in child,
        default: child.default,
      },
    ];
  });
}
