import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { RefocusdError } from "../../errors/refocusd-error.js";

/** Where everything of one demonstration lies. */
export interface DemoFolder {
  readonly root: string;
  /** Where the microscope writes. */
  readonly incoming: string;
  readonly output: string;
  readonly state: string;
  readonly log: string;
  readonly config: string;
  readonly daemonLog: string;
  readonly sheet: string;
}

/** @throws RF_USAGE when the given folder holds something. */
export async function makeDemoFolder(given: string | undefined, settings: DemoSettings): Promise<DemoFolder> {
  const root = given === undefined ? await mkdtemp(join(tmpdir(), "refocusd-demo-")) : resolve(given);
  await mkdir(root, { recursive: true });
  if ((await readdir(root)).length > 0) throw new RefocusdError("RF_USAGE", `--folder ${root}: is not empty`);
  const folder: DemoFolder = {
    root,
    incoming: join(root, "microscope"),
    output: join(root, "refocused"),
    state: join(root, "state"),
    log: join(root, "log"),
    config: join(root, "refocusd.yaml"),
    daemonLog: join(root, "daemon.log"),
    sheet: join(root, "before-after.png"),
  };
  await mkdir(folder.incoming);
  await writeFile(folder.config, demoConfig(folder, settings));
  return folder;
}

export interface DemoSettings {
  /** Folder of models; those that come with refocusd if not given. */
  readonly models?: string;
}

/** A configuration as somebody would write it who begins: the folders, and the defaults for everything else. */
export function demoConfig(folder: Omit<DemoFolder, "config" | "sheet">, { models }: DemoSettings): string {
  // JSON strings are YAML strings.
  const text = (path: string) => JSON.stringify(path);
  return `# Made by refocusd demo. Every key and its default: config/refocusd.yaml
state: ${text(folder.state)}
watch:
  - path: ${text(folder.incoming)}
    output: ${text(folder.output)}
# What is shown needs little space, and must not wait for more.
disk:
  minFreeGigabytes: 0
dailyLog:
  directory: ${text(folder.log)}
${models === undefined ? "" : `models:\n  directory: ${text(models)}\n`}`;
}
