import { expect, it } from "vitest";
import { type Status, statusText } from "../../../src/app/status/status.js";
import { heldDetail } from "../../../src/ledger/held-for.js";
import { summarize } from "../../../src/report/summary.js";
import { openTestLedger, settledSource } from "../../ledger/support.js";

function told(waitFor: readonly ("reconstruction" | "extract")[]): string {
  const ledger = openTestLedger();
  for (const i of waitFor.keys()) ledger.settled("/a", settledSource(`/a/${i}.tif`), undefined);
  for (const [i, { id }] of ledger.takeReady(3e6, 9).entries())
    ledger.hold(id, { code: "RF_DISK_LOW", detail: heldDetail("focused", 0.1, waitFor[i]!, "no room") }, 3e6);
  const rest: Omit<Status, "summary"> = { running: false, live: null, progress: null, drift: null, chainHead: null };
  return statusText({ ...rest, summary: summarize(ledger) });
}

it.each([
  [["reconstruction"], "1 (1 judged, to be reconstructed later)"],
  [["extract", "extract"], "2 (2 judged, their pages to be extracted later)"],
  [
    ["extract", "reconstruction"],
    "2 (1 judged, to be reconstructed later, 1 judged, their pages to be extracted later)",
  ],
  [[], "0"],
] as const)("tells what frames wait for that were judged: %j", (waitFor, text) => {
  expect(told(waitFor)).toContain(`  waiting     ${text}\n`);
});
