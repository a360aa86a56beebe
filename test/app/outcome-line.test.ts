import { describe, expect, it } from "vitest";
import { outcomeLine, rejectionLine } from "../../src/app/outcome-line.js";
import type { FrameJob } from "../../src/ledger/types.js";

const job: FrameJob = {
  ...{ id: 1, path: "/in/a.tif", root: "/in", page: 0, revision: 1, sha256: "0".repeat(64), size: 1, mtimeMs: 1 },
  ...{ attempt: 3, seriesKey: null, type: "tiff", pages: 1, statMtimeMs: 1, statCtimeMs: 1 },
  ...{ position: null, time: null, z: null, channel: null },
};

describe("what the log says about a frame that is set aside", () => {
  it("is a warning with code and remedy, after its last attempt", () => {
    const failure = { code: "RF_WORKER_DIED", detail: "signal 11" };
    const { level, message, fields } = outcomeLine({ kind: "ended", job, failure });
    expect([level, message]).toEqual([
      "warn",
      "a.tif is set aside: the worker process ended while it worked on this frame",
    ]);
    expect(fields).toMatchObject({ code: "RF_WORKER_DIED", detail: "signal 11", source: "/in/a.tif", attempt: 3 });
    expect(fields.todo).toMatch(/See the log/);
    expect(outcomeLine({ kind: "retry", job, failure }).message).toMatch(/^a\.tif will be tried again/);
  });

  it("says as much of a file that never became a frame, and of a code that it does not know", () => {
    const { message, fields } = rejectionLine("/in/b.tif", "RF_ZERO_BYTES", "");
    expect(message).toBe("b.tif is set aside: the file is empty");
    expect(fields).toMatchObject({ code: "RF_ZERO_BYTES", source: "/in/b.tif" });
    expect(rejectionLine("/in/b.tif", "RF_FUTURE", "").message).toBe(
      "b.tif is set aside: something that should not happen",
    );
  });
});
