import { basename } from "node:path";
import { CATALOGUE, type ErrorCode } from "../errors/catalogue.js";
import { heldFor } from "../ledger/held-for.js";
import type { LogFields } from "../log/log.js";
import type { FrameOutcome } from "../pipeline/dispatcher.js";
import { trustVerdict } from "./trust-text.js";

/** What the log says about the end of an attempt. A frame in focus is the rule and is told at `debug`; the rest is worth a line. */
export function outcomeLine(outcome: FrameOutcome): {
  readonly level: "debug" | "info" | "warn";
  readonly message: string;
  readonly fields: LogFields;
} {
  const { job } = outcome;
  const page = job.pages > 1 ? ` page ${job.page}` : "";
  const name = `${basename(job.path)}${page}`;
  switch (outcome.kind) {
    case "done": {
      const { verdict, pDefocused, reconstruction, timings } = outcome.result;
      const isLow = trustVerdict({ reconstruction, settings: outcome.result.settings ?? null }) === "low-trust";
      const ms = Math.round(Object.values(timings).reduce((a, b) => a + b, 0));
      return {
        level: verdict === "focused" ? "debug" : "info",
        message: `${name} is ${verdict}${reconstruction ? `, reconstructed${isLow ? " (low-trust)" : ""}` : ""}`,
        fields: {
          ...(pDefocused !== null && { pDefocused: Number(pDefocused.toFixed(4)) }),
          ms,
          source: job.path,
          ...(reconstruction && { reconstruction: reconstruction.path }),
          ...(reconstruction?.trust != null && { trust: Number(reconstruction.trust.toFixed(3)) }),
        },
      };
    }
    case "held": {
      // The guard has said it once for all of them.
      const { code, detail } = outcome.failure;
      return {
        level: "debug",
        message: `${name} waits until its ${heldFor(detail)} can be written`,
        fields: { code, detail, source: job.path },
      };
    }
    case "retry":
    case "ended": {
      const { code, detail } = outcome.failure;
      const fate = outcome.kind === "retry" ? "will be tried again" : "is set aside";
      return { level: "warn", ...trouble(`${name} ${fate}`, job.path, code, detail, { attempt: job.attempt }) };
    }
  }
}

/** What the log says about a file that will not be a frame. */
export function rejectionLine(path: string, code: string, detail: string): { message: string; fields: LogFields } {
  return trouble(`${basename(path)} is set aside`, path, code, detail);
}

function trouble(start: string, source: string, code: string, detail: string, more: LogFields = {}) {
  const { what, todo } = CATALOGUE[(code in CATALOGUE ? code : "RF_INTERNAL") as ErrorCode];
  return { message: `${start}: ${what}`, fields: { code, detail, todo, source, ...more } };
}
