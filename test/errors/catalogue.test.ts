import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { configKeys } from "../../src/config/keys.js";
import { CATALOGUE, type ErrorCode } from "../../src/errors/catalogue.js";
import { errorsPage } from "../../src/errors/errors-page.js";
import { asRefocusdError, RefocusdError } from "../../src/errors/refocusd-error.js";

const codes = Object.keys(CATALOGUE) as ErrorCode[];

describe.each(codes)("%s", (code) => {
  const { what, todo } = CATALOGUE[code];

  test("is a code", () => {
    expect(code).toMatch(/^RF_[A-Z]+(_[A-Z]+)*$/);
  });

  test("says what happened in a clause that reads on after the code", () => {
    expect(what).toMatch(/^[a-z].*[a-z0-9)]$/);
    expect(what.split(" ").length).toBeGreaterThan(2);
  });

  test("says what to do in whole sentences", () => {
    expect(todo).toMatch(/^[A-Z].*\.$/);
  });

  test("names no particular file: that belongs into the detail", () => {
    expect(`${what} ${todo}`).not.toMatch(/(^|\s)\/\w|\.(ts|js|json|ya?ml|sqlite|log|tiff?|png|jpe?g|onnx)\b/i);
  });

  test("names only configuration keys that exist", () => {
    const named = todo.match(/\b[a-z]+[A-Za-z]*\.[a-z][A-Za-z]+\b/g) ?? [];
    expect(configKeys.map((key) => key.name)).toEqual(expect.arrayContaining(named));
  });
});

test("docs/errors.md is current (else: npm run build && node scripts/write-error-docs.mjs)", () => {
  expect(readFileSync(resolve(import.meta.dirname, "../../docs/errors.md"), "utf8")).toBe(errorsPage());
});

describe("a RefocusdError", () => {
  const error = new RefocusdError("RF_DISK_FULL", "/data/out");

  test("tells code, what and detail in its message, and what to do beside it", () => {
    expect(error.message).toBe("RF_DISK_FULL: there is no space left on the disk (/data/out)");
    expect(error).toMatchObject({ code: "RF_DISK_FULL", detail: "/data/out", retryable: true });
    expect(error.todo).toMatch(/^Free some space; work goes on by itself/);
  });

  test("wraps whatever was thrown, and is not wrapped itself", () => {
    expect(asRefocusdError(error)).toBe(error);
    const cause = new TypeError("x is not a function");
    expect(asRefocusdError(cause)).toMatchObject({ code: "RF_INTERNAL", detail: "x is not a function", cause });
    expect(asRefocusdError("boom", "RF_UNREADABLE")).toMatchObject({ code: "RF_UNREADABLE", detail: "boom" });
  });
});
