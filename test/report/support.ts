import type { Ledger } from "../../src/ledger/ledger.js";
import { defocusedResult, frameResult, named, ROOT, settledSource } from "../ledger/support.js";

/** A file that is seen, settled, taken and judged, each a second after the other. */
export function judge(ledger: Ledger, root: string, name: string, at: number, defocused = false): void {
  const path = `${root}/${name}`;
  ledger.seen(root, path, at);
  ledger.settled(root, settledSource(path, { settledAtMs: at + 1000, lastChangeMs: at }), named("P|XY1", 1));
  const [job] = ledger.takeReady(at + 2000, 1);
  ledger.finished(job!.id, defocused ? defocusedResult(`/out/${name}`) : frameResult(), at + 3000);
}

/** The same with a place as names tell it: `run_<position>_<time>.tif`, found complete at `at`, judged a second later. */
export function judgeAt(
  ledger: Ledger,
  position: string,
  time: number,
  at: number,
  defocused = false,
  pSpectrum: number | null = null,
) {
  const path = `${ROOT}/run_${position}_${time}.tif`;
  const place = { seriesKey: `|run||${position}||`, position, time };
  ledger.settled(ROOT, settledSource(path, { settledAtMs: at, lastChangeMs: at }), place);
  const [job] = ledger.takeReady(at, 1);
  const result = defocused ? defocusedResult(`/out/${position}_${time}.tif`) : frameResult();
  // The spectrum gives both, or neither.
  const distance = pSpectrum === null ? null : { dof: 2.134, low: 1.8, high: 2.4 };
  ledger.finished(job!.id, { ...result, pSpectrum, distance }, at + 1000);
}
