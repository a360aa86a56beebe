import { expect, test } from "vitest";
import { openTestLedger, ROOT, settledSource } from "./support.js";

test("frames that wait longer than anything may, since the clock was put back, have their turn at once", () => {
  const ledger = openTestLedger();
  ledger.settled(ROOT, settledSource(`${ROOT}/a.tif`), undefined);
  const [job] = ledger.takeReady(1000, 1);
  ledger.failed(job!.id, { code: "RF_WORKER_DIED", detail: "" }, { kind: "retry", notBefore: 9_000_000 }, 8_990_000);
  expect(ledger.shortenWaits(8_990_000, 300_000)).toBe(0);
  expect(ledger.takeReady(1000, 1)).toEqual([]);
  expect(ledger.shortenWaits(1000, 300_000)).toBe(1);
  expect(ledger.takeReady(1000, 1)).toMatchObject([{ id: job!.id, attempt: 2 }]);
});
