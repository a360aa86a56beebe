import type { Config } from "../../config/schema.js";
import { FOLDERS_FILE, LAYOUT, USER_FILE } from "./layout.js";
import type { Plan, Step } from "./step.js";
import { foldersDropIn, type Program, unitText } from "./unit-text.js";

/** The files that come with refocusd and are installed. */
export interface Parts {
  readonly unit: string;
  readonly gpu: string;
  readonly config: string;
  readonly schema: string;
}

export interface InstallOptions {
  readonly program: Program;
  readonly parts: Parts;
  /** What /etc/refocusd/refocusd.yaml says, or will say. */
  readonly config: Pick<Config, "state" | "watch" | "log" | "dailyLog" | "series">;
  readonly gpu: boolean;
  readonly mounts: boolean;
}

/** Everything that makes refocusd a service. Doing it again changes nothing that is right. */
export function installPlan({ program, parts, config, gpu, mounts }: InstallOptions): Plan {
  const watched = config.watch.map(({ path }) => path);
  const steps: Step[] = [
    file(LAYOUT.user, USER_FILE),
    run("the user refocusd is made, if there is none", "systemd-sysusers", LAYOUT.user),
    { kind: "folder", path: LAYOUT.configFolder, mode: 0o750 },
    { ...file(LAYOUT.config, parts.config), mode: 0o640, keep: true },
    // Read by editors; an older one would call new keys mistakes.
    file(LAYOUT.schema, parts.schema),
    file(LAYOUT.folders, FOLDERS_FILE),
    run("folders are made and get their owners", "systemd-tmpfiles", "--create", LAYOUT.folders),
    file(LAYOUT.unit, unitText(parts.unit, program)),
    file(LAYOUT.foldersDropIn, foldersDropIn({ watched, writable: writableFolders(config), mounts })),
    ...(gpu ? [file(LAYOUT.gpuDropIn, parts.gpu)] : []),
    run("systemd reads the unit", "systemctl", "daemon-reload"),
  ];
  return {
    steps,
    next: [
      `edit ${LAYOUT.config}, then run this again: it tells systemd the folders`,
      `look whether all is well, as its user: runuser -u refocusd -- ${program.node} ${program.app}/dist/cli/main.js check -c ${LAYOUT.config}`,
      "start it, now and with the computer: systemctl enable --now refocusd",
      "if it runs already: systemctl restart refocusd",
    ],
  };
}

/** What the service writes outside of the state and log folder that the unit gives it. */
export function writableFolders(config: InstallOptions["config"]): string[] {
  const all = [
    ...config.watch.map(({ output }) => output),
    config.state,
    config.log.directory,
    config.dailyLog.directory,
    ...(config.series.folder === null ? [] : [config.series.folder]),
  ];
  const own = [LAYOUT.state, LAYOUT.logs];
  return [...new Set(all)].filter((path) => !own.some((folder) => path === folder || path.startsWith(`${folder}/`)));
}

function file(path: string, content: string): Extract<Step, { kind: "file" }> {
  return { kind: "file", path, content, mode: 0o644 };
}

function run(why: string, command: string, ...words: string[]): Step {
  return { kind: "run", command, arguments: words, why };
}
