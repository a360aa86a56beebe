import { expect, it } from "vitest";
import { HELD_FOR_EXTRACT, heldDetail, heldFor } from "../../src/ledger/held-for.js";
import { openTestLedger } from "./support.js";

const why = "1.3 GB free for /out, to be extracted, below 2 GB; see above, to be extracted; now";

it.each([
  [heldDetail("focused", 0.0312, "extract", why), `judged focused (P(defocused) 0.031), to be extracted; ${why}`, 1],
  [heldDetail("blank", null, "extract", why), `judged blank, to be extracted; ${why}`, 1],
  [heldDetail("defocused", 0.9, "reconstruction", why), `judged defocused (P(defocused) 0.900); ${why}`, 0],
  [heldDetail("blank", null, "reconstruction", why), `judged blank; ${why}`, 0],
  ["", "", 0],
])("what a frame waits for is read from its detail alone, here and in SQL alike: %s", (detail, told, isExtract) => {
  expect(detail).toBe(told);
  expect(heldFor(detail)).toBe(isExtract ? "extract" : "reconstruction");
  const sql = `SELECT ${HELD_FOR_EXTRACT} AS is_extract FROM (SELECT ? AS error_detail)`;
  expect(openTestLedger().select(sql, detail)).toEqual([{ is_extract: isExtract }]);
});

it("a frame without a detail waits for no extract", () => {
  const sql = `SELECT ${HELD_FOR_EXTRACT} AS is_extract FROM (SELECT NULL AS error_detail)`;
  expect(openTestLedger().select(sql)).toEqual([{ is_extract: 0 }]);
});
