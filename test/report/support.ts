import type { Ledger } from "../../src/ledger/ledger.js";
import { defocusedResult, frameResult, named, settledSource } from "../ledger/support.js";

/** A file that is seen, settled, taken and judged, each a second after the other. */
export function judge(ledger: Ledger, root: string, name: string, at: number, defocused = false): void {
  const path = `${root}/${name}`;
  ledger.seen(root, path, at);
  ledger.settled(root, settledSource(path, { settledAtMs: at + 1000, lastChangeMs: at }), named("P|XY1", 1));
  const [job] = ledger.takeReady(at + 2000, 1);
  ledger.finished(job!.id, defocused ? defocusedResult(`/out/${name}`) : frameResult(), at + 3000);
}
