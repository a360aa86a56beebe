import { describe, expect, it } from "vitest";
import { explainStory } from "../../src/app/explain.js";
import { openTestLedger, ROOT } from "../ledger/support.js";
import { judge } from "../report/support.js";

const path = `${ROOT}/a.tif`;

describe("explainStory", () => {
  it("tells the verdict of a frame whose story has left the ledger, and where the rest is", () => {
    const ledger = openTestLedger();
    judge(ledger, ROOT, "a.tif", 1000, true);
    expect(explainStory(path, ledger.story(path))).not.toMatch(/daily file/);
    ledger.archive([ledger.story(path)[0]!.id], "2026-08-01");
    const text = explainStory(path, ledger.story(path));
    expect(text).toMatch(/It is out of focus. A reconstruction was written\./);
    expect(text).toMatch(/P\(defocused\) +0\.9700/);
    expect(text).toMatch(/older story +events, attempts and details are in the daily file of 2026-08-01/);
  });

  it("tells of a frame that was put back", () => {
    const ledger = openTestLedger();
    ledger.seen(ROOT, path, 1);
    ledger.rejected(ROOT, path, { size: 0, mtimeMs: 1, ctimeMs: 1 }, "RF_ZERO_BYTES", "", 2);
    ledger.requeue([1], 3);
    const text = explainStory(path, ledger.story(path));
    expect(text).toMatch(/It was seen and is not complete yet\./);
    expect(text).toMatch(/requeued {2}from=quarantined to=seen failedAttempts=0/);
    expect(text).not.toMatch(/RF_ZERO_BYTES:/);
  });
});
