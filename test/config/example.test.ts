import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { editorSchema } from "../../src/config/json-schema.js";
import { type ConfigKey, configKeys } from "../../src/config/keys.js";
import { parseConfig } from "../../src/config/load.js";
import { valueAt } from "../../src/config/locate.js";

const folder = resolve(import.meta.dirname, "../../config");
const example = readFileSync(resolve(folder, "refocusd.yaml"), "utf8");
const withSecondFolder = example.replaceAll(/^ {2}#(-| ) /gm, "  $1 ");
const secondFolderText = example.slice(example.indexOf("  #- path"), example.indexOf("\nengine:"));

const isOverride = ({ name }: ConfigKey) => /^watch\[\]\.(verdict|reconstruct|settle|scan)\b/.test(name);
const general = configKeys.filter((key) => !isOverride(key));
const overrides = configKeys.filter(isOverride);

function example0(name: string, text = example, item = 0): unknown {
  const path = name.replace("[]", `.${item}`).split(".");
  return valueAt(parse(text), path);
}

/** The comment lines directly above a key, and its own line's indentation. */
function commentAbove(text: string, name: string): string[] {
  const steps = name.replace("[]", "").split(".");
  const lines = text.split("\n");
  let at = -1;
  for (const step of steps) at = lines.findIndex((line, i) => i > at && new RegExp(`^\\s*(- )?${step}:`).test(line));
  const above = lines.slice(0, at).reverse();
  return above
    .slice(
      0,
      above.findIndex((line) => !/^\s*#/.test(line)),
    )
    .map((line) => line.replace(/^\s*#\s?/, ""));
}

describe("config/refocusd.yaml", () => {
  test("is a valid configuration, with its second folder too", () => {
    expect(parseConfig(example, folder).kind).toBe("valid");
    const both = parseConfig(withSecondFolder, folder);
    expect(both).toMatchObject({ kind: "valid", config: { watch: [{}, { verdict: { focusedBelow: 0.2 } }] } });
  });

  test("shows its editor where the schema is", () => {
    expect(example.split("\n")[0]).toBe("# yaml-language-server: $schema=./refocusd.schema.json");
  });

  test.each(general)("has $name with its default", (key) => {
    const value = example0(key.name);
    expect(value).not.toBeUndefined();
    if (key.hasDefault) expect(value).toEqual(key.default);
  });

  test.each(overrides)("shows $name in the second folder", ({ name }) => {
    expect(example0(name, withSecondFolder, 1)).not.toBeUndefined();
  });

  test.each(general)("explains $name: in words, then value, default and when it takes effect", (key) => {
    const [facts, ...words] = commentAbove(example, key.name);
    const shown = key.hasDefault ? `default ${JSON.stringify(key.default).replaceAll(",", ", ")}` : "required";
    expect(facts).toBe(`${key.unit} · ${shown} · ${key.reload}`);
    expect(words.join(" ")).toMatch(/\w/);
  });

  test.each(overrides)("explains $name in the second folder", (key) => {
    const text = secondFolderText.replaceAll(/^ {2}#/gm, "");
    const name = key.name.replace("watch[].", "");
    expect(commentAbove(text, name)[0]).toBe(`${key.unit} · as in general · ${key.reload}`);
  });
});

test("config/refocusd.schema.json is current (else: npm run build && node scripts/write-config-schema.mjs)", () => {
  expect(readFileSync(resolve(folder, "refocusd.schema.json"), "utf8")).toBe(editorSchema());
});

test("every key has a description and a mark, and defaults where it is not required", () => {
  for (const key of configKeys) {
    expect(key.description, key.name).toMatch(/^[A-Za-z].*\.$/);
    expect(["live", "restart"], key.name).toContain(key.reload);
    const required = ["watch[].path", "watch[].output"].includes(key.name);
    expect(key.hasDefault, key.name).toBe(!required && !isOverride(key));
  }
});
