import { describe, expect, test } from "vitest";
import { audit } from "./audit.js";
import type { Expectation, LedgerRow } from "./expectation.js";

const file: Expectation = { path: "/in/a.tif", kind: "", sha256: "aa", pages: 1, contents: 1 };
const row: LedgerRow = {
  id: 1,
  path: "/in/a.tif",
  revision: 1,
  page: 0,
  isCurrent: true,
  state: "done",
  sha256: "aa",
  errorCode: null,
  finished: 1,
  outputs: [{ path: "/out/a.tif", sha256: "bb" }],
  companions: [],
};
const sources = new Map([["/in/a.tif", "aa"]]);
const outputs = new Map([["/out/a.tif", "bb"]]);
const kinds = (...given: Parameters<typeof audit>) => audit(...given).map(({ kind }) => kind);

describe("the auditor", () => {
  test("finds nothing where all is right", () => {
    expect(audit([file], [row], sources, outputs)).toEqual([]);
  });

  test.each<[string, string, Partial<LedgerRow>]>([
    ["a frame that waits for ever", "wrong state", { state: "ready" }],
    ["a frame set aside without reason", "wrong state", { state: "quarantined", errorCode: "RF_WORKER_DIED" }],
    ["half a file taken for whole", "lost", { sha256: "ab" }],
    ["a frame recorded as done twice", "duplicated", { finished: 2 }],
    ["a reconstruction with other bytes", "altered", { outputs: [{ path: "/out/a.tif", sha256: "cc" }] }],
  ])("finds %s", (_, kind, change) => {
    expect(kinds([file], [{ ...row, ...change }], sources, outputs)).toContain(kind);
  });

  test("finds a frame without a row, a missing page, a page twice", () => {
    expect(kinds([file], [], sources, new Map())).toEqual(["lost"]);
    expect(kinds([{ ...file, pages: 2 }], [row], sources, outputs)).toEqual(["lost"]);
    expect(kinds([file], [row, { ...row, id: 2, outputs: [] }], sources, outputs)).toContain("duplicated");
  });

  test("finds an altered source, a file beside the sources, an output without a row, a row without its output", () => {
    expect(kinds([file], [row], new Map([["/in/a.tif", "zz"]]), outputs)).toEqual(["altered"]);
    expect(kinds([file], [row], new Map([...sources, ["/in/.a.tmp", "x"]]), outputs)).toEqual(["altered"]);
    expect(kinds([file], [row], sources, new Map([...outputs, ["/out/.a.tif.tmp", "x"]]))).toEqual(["wrong state"]);
    expect(kinds([file], [row], sources, new Map())).toEqual(["lost"]);
  });

  test("finds a map without a row, a row without its map, a map that is another", () => {
    const companions = [{ path: "/out/maps/a.png", sha256: "cc" }];
    const all = new Map([...outputs, ["/out/maps/a.png", "cc"]]);
    expect(kinds([file], [{ ...row, companions }], sources, all)).toEqual([]);
    expect(kinds([file], [row], sources, all)).toEqual(["wrong state"]);
    expect(kinds([file], [{ ...row, companions }], sources, outputs)).toEqual(["lost"]);
    expect(kinds([file], [{ ...row, companions }], sources, new Map([...all, ["/out/maps/a.png", "dd"]]))).toEqual([
      "altered",
    ]);
  });

  test("finds a content that was taken for complete while it was still written", () => {
    const early = { ...row, id: 2, isCurrent: false, sha256: "ab", outputs: [], finished: 0 };
    expect(kinds([file], [early, { ...row, revision: 2 }], sources, outputs)).toEqual(["duplicated"]);
  });

  test("finds a poisonous frame that was judged, or set aside for another reason than its poison", () => {
    const poison = { ...file, errorCodes: ["RF_WORKER_DIED"] };
    const aside = { ...row, state: "quarantined", finished: 0, outputs: [], errorCode: "RF_WORKER_DIED" };
    expect(audit([poison], [aside], sources, new Map())).toEqual([]);
    expect(kinds([poison], [{ ...aside, errorCode: "RF_DISK_FULL" }], sources, new Map())).toEqual(["wrong state"]);
    expect(kinds([poison], [row], sources, outputs)).toEqual(["wrong state"]);
  });

  test("lets a deleted file be gone, or done, or never seen, but not wait", () => {
    const deleted = { ...file, sha256: null };
    const none = new Map<string, string>();
    expect(audit([deleted], [], none, none)).toEqual([]);
    expect(audit([deleted], [{ ...row, state: "gone", outputs: [] }], none, none)).toEqual([]);
    expect(audit([deleted], [row], none, outputs)).toEqual([]);
    expect(kinds([deleted], [{ ...row, state: "seen", outputs: [] }], none, none)).toContain("wrong state");
  });
});
