import fc from "fast-check";
import type { Ledger } from "../../src/ledger/ledger.js";
import { defocusedResult, frameResult, named, ROOT, settledSource, sha } from "./support.js";

const path = fc.constantFrom("a", "b", "c").map((name) => `${ROOT}/${name}.tif`);
const stat = fc.record({ size: fc.integer({ min: 0, max: 2 }), mtimeMs: fc.nat(2), ctimeMs: fc.nat(2) });
const pick = fc.nat(5);

/** Anything that may happen to the files a, b and c. */
export const call = fc.oneof(
  fc.record({ do: fc.constant("seen" as const), path }),
  fc.record({
    do: fc.constant("settled" as const),
    path,
    digit: fc.constantFrom("a", "b"),
    pages: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    do: fc.constant("rejected" as const),
    path,
    stat,
    code: fc.constantFrom("RF_ZERO_BYTES", "RF_INCOMPLETE"),
  }),
  fc.record({ do: fc.constant("gone" as const), path }),
  fc.record({ do: fc.constant("take" as const), limit: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("finished" as const), pick, defocused: fc.boolean() }),
  fc.record({ do: fc.constant("retry" as const), pick }),
  fc.record({
    do: fc.constant("quarantine" as const),
    pick,
    code: fc.constantFrom("RF_DECODE_FAILED", "RF_SOURCE_GONE"),
  }),
  fc.record({ do: fc.constant("release" as const), pick }),
  fc.record({ do: fc.constant("requeue" as const), quarantined: fc.boolean(), failed: fc.boolean() }),
  fc.record({ do: fc.constant("hold" as const), pick }),
  fc.record({ do: fc.constant("restart" as const) }),
);
export type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** What the caller knows: which frames it has taken. */
export function perform(ledger: Ledger, taken: number[], call: Call, at: number): void {
  const some = (index: number) => taken.splice(index, 1)[0];
  switch (call.do) {
    case "seen":
      ledger.seen(ROOT, call.path, at);
      break;
    case "settled": {
      const { pages, digit } = call;
      // The content decides about the pages, as in a real file.
      const source = settledSource(call.path, { sha256: sha(`${digit}${pages}`), pages, settledAtMs: at });
      ledger.settled(ROOT, source, named("S", pages));
      break;
    }
    case "rejected":
      ledger.rejected(ROOT, call.path, call.stat, call.code, "", at);
      break;
    case "gone":
      ledger.gone(call.path, at);
      break;
    case "take":
      taken.push(...ledger.takeReady(at, call.limit).map((job) => job.id));
      break;
    case "finished": {
      const id = some(call.pick);
      if (id !== undefined) ledger.finished(id, call.defocused ? defocusedResult(`/out/${id}`) : frameResult(), at);
      break;
    }
    case "retry": {
      const id = some(call.pick);
      const failure = { code: "RF_WORKER_DIED", detail: "" };
      if (id !== undefined) ledger.failed(id, failure, { kind: "retry", notBefore: at + 2 }, at);
      break;
    }
    case "quarantine": {
      const id = some(call.pick);
      if (id !== undefined) ledger.failed(id, { code: call.code, detail: "" }, { kind: "quarantine" }, at);
      break;
    }
    case "release": {
      const id = some(call.pick);
      if (id !== undefined) ledger.release([id], at);
      break;
    }
    case "requeue":
      ledger.requeue(
        ledger.requeueCandidatesOf(call).map(({ id }) => id),
        at,
      );
      break;
    case "hold": {
      const id = some(call.pick);
      if (id !== undefined) ledger.hold(id, { code: "RF_DISK_LOW", detail: "" }, at);
      break;
    }
    case "restart":
      ledger.recover();
      ledger.startRun({ version: "0", configSha256: sha("0"), host: "h", engine: null });
      taken.length = 0;
      break;
  }
}
