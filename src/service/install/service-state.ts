/** What is asked of systemd. */
export const PROPERTIES = [
  ...["LoadState", "UnitFileState", "ActiveState", "SubState", "Result", "MainPID", "NRestarts", "StatusText"],
  ...["ActiveEnterTimestamp", "ExecMainStatus", "NeedDaemonReload"],
] as const;

/** What systemd knows of the service: the answer to `systemctl show`. */
export type ServiceProperties = Readonly<Partial<Record<string, string>>>;

/** @param text lines of "Property=value". */
export function parseProperties(text: string): ServiceProperties {
  const lines = text.split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

export function isRunning({ ActiveState }: ServiceProperties): boolean {
  return ActiveState === "active" || ActiveState === "reloading";
}

/** In words: whether it is installed, starts with the computer, runs, and what it says of itself. */
export function serviceText(properties: ServiceProperties): string {
  if (properties.LoadState === undefined || properties.LoadState === "not-found")
    return 'refocusd is not installed as a service (see "refocusd service install --dry-run").\n';
  const { StatusText, NRestarts, NeedDaemonReload } = properties;
  const restarts = Number(NRestarts ?? 0);
  const lines = [
    "refocusd is installed as a service.",
    enabledText(properties),
    activeText(properties),
    ...(StatusText ? [`It says: ${StatusText}`] : []),
    ...(restarts > 0
      ? [`systemd has started it again ${restarts === 1 ? "once" : `${restarts} times`} after it failed.`]
      : []),
    ...(NeedDaemonReload === "yes" ? ["Its unit has changed on disk: systemctl daemon-reload."] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function enabledText({ UnitFileState }: ServiceProperties): string {
  if (UnitFileState === "enabled" || UnitFileState === "enabled-runtime") return "It starts with the computer.";
  if (UnitFileState === "masked") return "It is masked: nothing can start it (systemctl unmask refocusd).";
  return "It does not start with the computer (systemctl enable refocusd).";
}

function activeText(properties: ServiceProperties): string {
  const { ActiveState, SubState, MainPID, ActiveEnterTimestamp } = properties;
  switch (ActiveState) {
    case "active":
      return `It has been running since ${ActiveEnterTimestamp} (process ${MainPID}).`;
    case "reloading":
      return `It is reading its configuration again (process ${MainPID}).`;
    case "activating":
      return SubState === "auto-restart"
        ? `It ${failureText(properties)}; systemd starts it again in a moment.`
        : "It is starting.";
    case "deactivating":
      return "It is ending.";
    case "failed":
      return `It is not running: it ${failureText(properties)} (journalctl -u refocusd).`;
    default:
      return "It is not running (systemctl start refocusd).";
  }
}

function failureText({ Result, ExecMainStatus }: ServiceProperties): string {
  switch (Result) {
    case "watchdog":
      return "made no progress and was stopped by systemd's watchdog";
    case "oom-kill":
      return "was killed because memory ran out";
    case "timeout":
      return "took too long to start or to end";
    case "exit-code":
      return `ended with code ${ExecMainStatus}`;
    case "signal":
    case "core-dump":
      return `was killed by signal ${ExecMainStatus}`;
    default:
      return `failed (${Result})`;
  }
}
