import { CATALOGUE } from "../errors/catalogue.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import type { LogEntry, LogLevel } from "./entry.js";
import { plain } from "./plain.js";

// journald reads "<N>" at the start of a line as the syslog priority (systemd.exec(5), SyslogLevelPrefix=).
const PRIORITY: Record<LogLevel, number> = { error: 3, warn: 4, info: 6, debug: 7 };
const COLOUR: Record<LogLevel, number> = { error: 31, warn: 33, info: 32, debug: 90 };

/** One line for a person: time, level, message, key=value. */
export function humanLine(entry: LogEntry, options: { colour: boolean }): string {
  const level = entry.level.padEnd(5);
  const shown = options.colour ? `\u001b[${COLOUR[entry.level]}m${level}\u001b[0m` : level;
  return `${localTime(entry.time)} ${shown} ${body(entry)}`;
}

/** One line for the systemd journal, which adds the time itself. */
export function journalLine(entry: LogEntry): string {
  return `<${PRIORITY[entry.level]}>${body(entry)}`;
}

/** One JSON object for a program; a field cannot take the place of time, level or message. */
export function jsonLine(entry: LogEntry): string {
  const head = { time: new Date(entry.time).toISOString(), level: entry.level, message: entry.message };
  const fields = Object.entries(entry.fields).map(([name, value]) => [name in head ? `${name}_` : name, plain(value)]);
  return JSON.stringify({ ...head, ...Object.fromEntries(fields) });
}

function body({ message, fields }: LogEntry): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) => pairsOf(name, value));
  return [escapeControls(message), ...pairs].join(" ");
}

function pairsOf(name: string, value: unknown): string[] {
  if (value === undefined) return [];
  if (value instanceof RefocusdError) {
    const what = `${CATALOGUE[value.code].what} (${value.detail})`;
    return [`${name}=${value.code}`, `what=${quote(what)}`, `todo=${quote(value.todo)}`];
  }
  if (value instanceof Error) return [`${name}=${quote(`${value.name}: ${value.message}`)}`];
  return [`${name}=${quote(value)}`];
}

function quote(value: unknown): string {
  const safe = plain(value);
  if (typeof safe !== "string") return escapeControls(JSON.stringify(safe));
  return /^[^\s"=]+$/.test(safe) && escapeControls(safe) === safe ? safe : escapeControls(JSON.stringify(safe));
}

/** File names may hold anything: a line break must not forge a line, nor an escape sequence steer the terminal. */
function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function localTime(time: number): string {
  const d = new Date(time);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  const clock = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  return `${day} ${clock}.${String(d.getMilliseconds()).padStart(3, "0")}`;
}
