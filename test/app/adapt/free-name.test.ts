import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freeName } from "../../../src/app/adapt/free-name.js";
import { temporaryFolder } from "../../ledger/support.js";

test("a name that was asked for is never taken over; the usual one gets a number", () => {
  const models = temporaryFolder();
  expect(freeName(models, "mine", "usual")).toBe("mine");
  expect(freeName(models, undefined, "usual")).toBe("usual");
  for (const name of ["mine", "usual", "usual-2"]) mkdirSync(join(models, name));
  expect(() => freeName(models, "mine", "usual")).toThrow(/RF_USAGE.*mine is there already/);
  expect(freeName(models, undefined, "usual")).toBe("usual-3");
});
