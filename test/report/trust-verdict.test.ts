import { expect, test } from "vitest";
import { trustPhrase } from "../../src/report/trust-verdict.js";

test("only what is below the line is told so", () => {
  expect(trustPhrase(0.588, "low-trust")).toBe("trust 0.59, low-trust");
  expect(trustPhrase(0.9, "trusted")).toBe("trust 0.90");
  expect(trustPhrase(0.9, null)).toBe("trust 0.90");
});
