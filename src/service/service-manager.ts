import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Log } from "../log/log.js";

/** What can be told: sd_notify(3). */
export type Message =
  | "READY=1"
  | "RELOADING=1"
  | "STOPPING=1"
  | "WATCHDOG=1"
  | `STATUS=${string}`
  | `EXTEND_TIMEOUT_USEC=${number}`;

/** Whoever started refocusd as a service and wants to know how it is. */
export interface ServiceManager {
  /** It wants to hear WATCHDOG=1 at least this often, in milliseconds; undefined if it does not watch. */
  readonly watchdogMs: number | undefined;
  /** Tells it. Resolves when it has heard, or cannot; never rejects. */
  tell(...messages: readonly Message[]): Promise<void>;
}

export interface SystemdDeps {
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** Left out: the program systemd-notify, which comes with systemd. */
  readonly notify?: (messages: readonly string[]) => Promise<unknown>;
}

/** systemd-notify waits up to 5 s for systemd to have read the message. */
const NOTIFY_MS = 10_000;

/** systemd, if it started this process; undefined if it did not, or does not want to be told. */
export function systemd({ log, env, pid, notify }: SystemdDeps): ServiceManager | undefined {
  if (!env.NOTIFY_SOCKET) return undefined;
  const deliver = notify ?? systemdNotify(env);
  let failing = false;
  // One after the other, as each message is a process of its own: STOPPING must not overtake READY.
  let last: Promise<void> = Promise.resolve();
  const send = async (messages: readonly string[]) => {
    try {
      await deliver(messages);
      failing = false;
    } catch (error) {
      // Told once, or an unattended log fills with it. Never fatal: frames go before reports.
      if (!failing) log.warn("systemd cannot be told how refocusd is", { error });
      failing = true;
    }
  };
  return {
    watchdogMs: watchdogMs(env, pid),
    tell(...messages) {
      last = last.then(() => send(messages));
      return last;
    },
  };
}

/** As sd_watchdog_enabled(3): the period is meant for one process only. */
export function watchdogMs(env: SystemdDeps["env"], pid: number): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = env;
  if (WATCHDOG_USEC === undefined || !/^[1-9]\d*$/.test(WATCHDOG_USEC)) return undefined;
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return undefined;
  return Number(WATCHDOG_USEC) / 1000;
}

/** Node has no datagram sockets of the Unix kind, and the packages that add them are compiled; this takes 7 ms. */
function systemdNotify(env: SystemdDeps["env"]): (messages: readonly string[]) => Promise<unknown> {
  return (messages) => promisify(execFile)("systemd-notify", messages, { env: { ...env }, timeout: NOTIFY_MS });
}
