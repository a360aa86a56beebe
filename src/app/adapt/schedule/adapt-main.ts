// A process that adapts the classifier once and ends; what to do is told as JSON in its only argument, the outcome as JSON on its standard
// output. Frames are decoded and networks run here, never in the supervisor.
import { setPriority } from "node:os";
import { asRefocusdError } from "../../../errors/refocusd-error.js";
import { openLedgerReader } from "../../../ledger/open.js";
import { systemClock } from "../../../system/clock.js";
import { type AdaptOnceRequest, adaptOnce } from "./adapt-once.js";
import type { AdaptOutcome } from "./outcome.js";

// refocusd is gone, however it ended: another one may begin, and there must not be two of this.
process.stdin.on("end", () => process.exit(1)).resume();
(process.stdin as unknown as { unref?(): void }).unref?.();

// Ctrl-C on a terminal reaches the whole group; the supervisor decides when this ends.
process.on("SIGINT", () => {});

async function outcome(): Promise<AdaptOutcome> {
  try {
    setPriority(19); // frames go before
    const request = JSON.parse(process.argv[2] ?? "") as AdaptOnceRequest;
    const ledger = openLedgerReader(request.ledger, { clock: systemClock });
    try {
      return await adaptOnce(request, ledger, systemClock);
    } finally {
      ledger.close();
    }
  } catch (thrown) {
    const { code, detail } = asRefocusdError(thrown);
    return { kind: "failed", code, detail };
  }
}

process.stdout.write(JSON.stringify(await outcome()));
