import { headText } from "../../ledger/chain/link.js";
import type { LedgerReader } from "../../ledger/ledger.js";
import type { Log } from "../../log/log.js";

export interface ChainLogDeps {
  readonly ledger: Pick<LedgerReader, "chainHead">;
  readonly log: Log;
}

/**
 * @returns a look at the chain, to be taken now and then: it tells the log where the chain ends, if that has moved. Whoever cuts off the end
 * of a chain leaves one that fits together; only what was written down outside it shows that there was more. The journal of the
 * system, or a collector of logs, is outside what a user of the state folder can change.
 */
export function createChainLog({ ledger, log }: ChainLogDeps): () => void {
  let told: string | undefined;
  return () => {
    const head = ledger.chainHead();
    if (head === undefined || headText(head) === told) return;
    told = headText(head);
    log.info("the chain of outcomes ends here now", { chainHead: told });
  };
}
