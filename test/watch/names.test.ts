import { describe, expect, it } from "vitest";
import { nameRules } from "../../src/watch/names.js";

const rules = nameRules(["**/*.tif", "**/*.tiff", "**/*.png"], ["thumbs/**", "**/*_mask.tif"]);
const file = (relative: string) => {
  const found = rules.file(relative, relative.slice(relative.lastIndexOf("/") + 1));
  return found.kind === "frame" ? "frame" : found.rule;
};

it.each([
  [{ kind: "file" }, "a.tif.done", "done.tif"],
  [{ kind: "folder", name: "Done.tif" }, "done.tif", "a.tif.done"],
] as const)("a done marker is no frame, whatever the patterns say: %o", (marker, itself, frame) => {
  const marked = nameRules(["**/*"], [], marker);
  expect(marked.file(`sub/${itself}`, itself)).toEqual({ kind: "ignored", rule: "(done marker)" });
  expect(marked.file(frame, frame)).toEqual({ kind: "frame" });
});

describe("file names", () => {
  it.each([
    ["t001xy1c1.tif", "frame"],
    ["T001XY1C1.TIF", "frame"],
    ["run 1/2024_11_21_T01_DAPI - FITC - TRITC.tif", "frame"],
    ["Zellen/Übersicht µ 細胞.tiff", "frame"],
    ["two\nlines.tif", "frame"],
    ["\nfirst.tif", "frame"],
    ["WellA01_PointA01_0000_Channel555 nm,635 nm_Seq0010.tif", "frame"],
    ["a[1](2){3}.tif", "frame"],
    ["notes.txt", "(not included)"],
    [".hidden.tif", ".*"],
    ["a.tif.tmp", "*.tmp"],
    ["a.tif.part", "*.part"],
    ["~a.tif", "~*"],
    ["thumbs/a.tif", "thumbs/**"],
    ["deep/a_MASK.tif", "**/*_mask.tif"],
  ])("%j is %s", (relative, expected) => {
    expect(file(relative)).toBe(expected);
  });
});

it.each([
  ["thumbs", "thumbs/**"],
  [".snapshots", ".*/"],
  ["@eaDir", "@eaDir/"],
  ["$RECYCLE.BIN", "$RECYCLE.BIN/"],
  ["run_01", undefined],
  ["exported.tif", undefined],
])("folder %s is skipped by %s", (name, rule) => {
  expect(rules.skippedFolder(name, name)).toBe(rule);
});
