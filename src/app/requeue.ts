import { resolve } from "node:path";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { Ledger } from "../ledger/ledger.js";
import type { RequeueCandidate } from "../ledger/requeue.js";
import type { Clock } from "../system/clock.js";
import type { FileSystem } from "../system/file-system.js";
import { printable } from "./frame-text.js";

export interface RequeueRequest {
  /** Source files, named one by one. */
  readonly files: readonly string[];
  /** All frames at which work has failed. */
  readonly failed: boolean;
  /** All frames that were set aside, files that never became a frame included. */
  readonly quarantined: boolean;
}

export interface RequeueDeps {
  readonly ledger: Pick<Ledger, "requeueCandidates" | "requeueCandidatesOf" | "requeue">;
  readonly fs: Pick<FileSystem, "stat">;
  readonly clock: Clock;
}

export interface RequeueReport {
  readonly requeued: readonly { readonly path: string; readonly page: number; readonly to: "ready" | "seen" }[];
  /** What was left as it is, and why: a clause that goes on after "it". */
  readonly left: readonly { readonly path: string; readonly page: number; readonly why: string }[];
}

/**
 * Puts frames back into the queue, beside a running daemon or without one.
 * @throws RF_USAGE when nothing was asked for
 */
export async function requeueFrames(request: RequeueRequest, deps: RequeueDeps): Promise<RequeueReport> {
  const { ledger, clock } = deps;
  const { failed, quarantined, files } = request;
  if (files.length === 0 && !failed && !quarantined) {
    throw new RefocusdError("RF_USAGE", "name files, or give --failed or --quarantined");
  }
  const left: { path: string; page: number; why: string }[] = [];
  const chosen = new Map<number, RequeueCandidate>();
  for (const path of new Set(files.map((file) => resolve(file)))) {
    const own = ledger.requeueCandidates(path);
    if (own.length === 0) left.push({ path, page: 0, why: "is not known to the ledger" });
    for (const frame of own) chosen.set(frame.id, frame);
  }
  for (const frame of ledger.requeueCandidatesOf({ failed, quarantined })) chosen.set(frame.id, frame);

  // Trying a file that is not there would only replace the reason why it was set aside.
  const there = new Map<string, boolean>();
  for (const { path } of chosen.values()) if (!there.has(path)) there.set(path, await isThere(path, deps.fs));
  const absent = [...chosen.values()].filter(({ path }) => there.get(path) !== true);
  for (const { id, path, page } of absent) {
    chosen.delete(id);
    left.push({ path, page, why: "is not there, or its folder is away" });
  }

  const requeued: { path: string; page: number; to: "ready" | "seen" }[] = [];
  for (const { frame, plan } of ledger.requeue([...chosen.keys()], clock.now())) {
    const { path, page } = frame;
    if (plan.kind === "requeue") requeued.push({ path, page, to: plan.to });
    else left.push({ path, page, why: plan.why });
  }
  return { requeued, left };
}

async function isThere(path: string, fs: RequeueDeps["fs"]): Promise<boolean> {
  return (await fs.stat(path).catch(() => undefined)) !== undefined;
}

export function requeueText({ requeued, left }: RequeueReport): string {
  const name = ({ path, page }: { path: string; page: number }) =>
    `${printable(path)}${page > 0 ? ` page ${page}` : ""}`;
  const fate = { ready: "to be judged again", seen: "to settle anew" } as const;
  const count = requeued.length;
  const lines = [count === 0 ? "nothing put back" : `${count} ${count === 1 ? "frame" : "frames"} put back`];
  for (const frame of requeued) lines.push(`  ${name(frame)}: ${fate[frame.to]}`);
  if (left.length > 0) lines.push(`${left.length} left`);
  for (const frame of left) lines.push(`  ${name(frame)}: it ${frame.why}`);
  return `${lines.join("\n")}\n`;
}
