import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookAhead, partsOf } from "../../../src/app/adapt/adapt-parts.js";
import { bundledModels } from "../../../src/models/registry.js";
import { isOnePlace } from "../../../src/train/adapt/hold-out.js";
import { temporaryFolder } from "../../ledger/support.js";

describe("which networks are adapted", () => {
  test("both where TensorFlow is there, else the classifier, and why", () => {
    expect(partsOf(undefined, undefined, true)).toEqual({ kinds: ["classifier", "reconstructor"], left: "" });
    const { kinds, left } = partsOf(undefined, undefined, false);
    expect(kinds).toEqual(["classifier"]);
    expect(left).toContain("scripts/setup-tensorflow");
  });

  test("the one that is asked for", () => {
    expect(partsOf("classifier", "mine", false)).toEqual({ kinds: ["classifier"], left: "" });
    expect(partsOf("reconstructor", "mine", true)).toEqual({ kinds: ["reconstructor"], left: "" });
  });

  test.each([
    ["there is no such network", "both", undefined, true, /RF_USAGE.*--only both/],
    ["one name for two", undefined, "mine", true, /RF_USAGE.*--only/],
    ["no TensorFlow", "reconstructor", undefined, false, /RF_ENGINE_MISSING.*scripts\/setup-tensorflow/],
  ])("%s", (_, only, name, hasTensorflow, error) => {
    expect(() => partsOf(only, name, hasTensorflow)).toThrow(error);
  });
});

test("names that are taken and networks that are not there are told ahead, of either", async () => {
  const models = temporaryFolder();
  for (const name of ["sdcnn", "resunet-lite"])
    cpSync(join(bundledModels(), name), join(models, name), { recursive: true });
  mkdirSync(join(models, "mine"));
  const fields = [{ path: "/nowhere/a.tif", group: "a" }];
  const chosen = {
    fields,
    classifier: "sdcnn",
    reconstructor: "resunet-lite",
    holdToSource: true,
    models,
    into: models,
  };
  const all = { ...chosen, microscope: {}, name: "lab", origin: "", words: "" };
  const both = partsOf(undefined, undefined, true);
  await expect(lookAhead(both, all, undefined, 0)).resolves.toBeUndefined();
  await expect(lookAhead(partsOf("reconstructor", "mine", true), all, "mine", 0)).rejects.toThrow(/RF_USAGE.*already/);
  await expect(lookAhead(both, { ...all, reconstructor: "none" }, undefined, 0)).rejects.toThrow(/RF_MODEL_MISSING/);
  await expect(lookAhead(both, { ...all, reconstructor: "sdcnn" }, undefined, 0)).rejects.toThrow(/RF_MODEL_INVALID/);
});

test("one place is one group", () => {
  expect(
    isOnePlace([
      { path: "a", group: "1" },
      { path: "b", group: "1" },
    ]),
  ).toBe(true);
  expect(
    isOnePlace([
      { path: "a", group: "1" },
      { path: "b", group: "2" },
    ]),
  ).toBe(false);
});
