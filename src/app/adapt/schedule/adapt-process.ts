import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { asRefocusdError } from "../../../errors/refocusd-error.js";
import type { AdaptOnceRequest } from "./adapt-once.js";
import type { AdaptOutcome } from "./outcome.js";

/** Twenty frames take ten minutes of an idle core; on a machine that never rests the lowest priority gets little. */
const LIMIT_MS = 12 * 3_600_000;

/** Adapts the classifier in a process of its own. Never rejects; when `signal` aborts that process is killed and leaves nothing. */
export async function adaptByProcess(request: AdaptOnceRequest, signal: AbortSignal): Promise<AdaptOutcome> {
  if (signal.aborted) return { kind: "interrupted" };
  const removeWork = () => rm(request.work, { recursive: true, force: true });
  try {
    // What a run that was killed together with refocusd has left.
    await removeWork();
    await mkdir(request.work, { recursive: true });
    return await runProcess(request, signal);
  } catch (thrown) {
    const { code, detail } = asRefocusdError(thrown, "RF_STATE_UNWRITABLE");
    return { kind: "failed", code, detail };
  } finally {
    await removeWork().catch(() => undefined);
  }
}

function runProcess(request: AdaptOnceRequest, signal: AbortSignal): Promise<AdaptOutcome> {
  const main = fileURLToPath(new URL("./adapt-main.js", import.meta.url));
  return new Promise((resolve) => {
    const options = {
      ...{ signal, timeout: LIMIT_MS, killSignal: "SIGKILL" as const, maxBuffer: 1 << 24 },
      // Its temporary files go with its work folder, however it ends.
      env: { ...process.env, TMPDIR: request.work },
    };
    const child = execFile(process.execPath, [main, JSON.stringify(request)], options, (error, out, said) => {
      outcome = signal.aborted ? { kind: "interrupted" } : outcomeOf(error, out, said);
    });
    let outcome: AdaptOutcome = { kind: "interrupted" };
    // Not when it is told to end, but when it has: its folder is removed next.
    child.once("close", () => setImmediate(() => resolve(outcome)));
    child.once("error", () => child.pid === undefined && setImmediate(() => resolve(outcome)));
  });
}

function outcomeOf(
  error: (Error & { killed?: boolean; signal?: unknown }) | null,
  out: string,
  said: string,
): AdaptOutcome {
  try {
    if (error === null) return JSON.parse(out) as AdaptOutcome;
  } catch {}
  const how = error?.killed ? `longer than ${LIMIT_MS / 3_600_000} h` : said.trim() || error?.message || "no outcome";
  const [first = ""] = how.split("\n", 1);
  return {
    kind: "failed",
    code: "RF_ADAPT_ENDED",
    detail: `${first}${error?.signal ? ` (${String(error.signal)})` : ""}`,
  };
}
