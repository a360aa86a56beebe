import { join } from "node:path";
import { chainFindingText } from "../../src/app/chain/chain-text.js";
import { openLedgerReader } from "../../src/ledger/open.js";
import { recordedHeads } from "../../src/report/verify/recorded-heads.js";
import { verifyChain } from "../../src/report/verify/verify-chain.js";
import { systemClock } from "../../src/system/clock.js";
import type { Finding } from "./expectation.js";
import type { Place } from "./place.js";

/** Whether each outcome has its link and the ledger still says what it said then, also by the heads that the daemon told in its log. */
export async function auditChain({ state, ledger: path }: Pick<Place, "state" | "ledger">): Promise<Finding[]> {
  const log = join(state, "log");
  const findings: Finding[] = [];
  const ledger = openLedgerReader(path, { clock: systemClock });
  try {
    const { links } = verifyChain({
      ...{ ledger, dailyLogs: log, heads: await recordedHeads([log]) },
      onFinding: (finding) => findings.push({ kind: "altered", path, what: `the chain: ${chainFindingText(finding)}` }),
    });
    // Each ledger has the link with which its chain begins.
    if (links === 0) findings.push({ kind: "lost", path, what: "the chain has no link" });
  } finally {
    ledger.close();
  }
  return findings;
}
