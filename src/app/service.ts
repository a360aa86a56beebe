import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { configFromText } from "../config/load.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import { closedPart } from "../service/install/closed-path.js";
import { execute } from "../service/install/execute.js";
import { installPlan } from "../service/install/install-plan.js";
import { LAYOUT } from "../service/install/layout.js";
import { obstacles } from "../service/install/obstacles.js";
import { PROPERTIES, parseProperties, type ServiceProperties } from "../service/install/service-state.js";
import type { Plan } from "../service/install/step.js";
import { uninstallPlan } from "../service/install/uninstall-plan.js";

export interface ServiceOptions {
  /** Where the system begins: "/" for this one, another folder for packaging and tests. */
  readonly root: string;
  readonly dryRun: boolean;
  readonly say: (line: string) => void;
}

const APP = resolve(fileURLToPath(new URL("../..", import.meta.url)));
/** What the service starts; `npm run build` makes it. */
const BUILT = ["dist/cli/main.js", "dist/pipeline/worker/main.js"].map((name) => join(APP, name));

/** @throws RF_NOT_BUILT, RF_NO_SYSTEMD, RF_NOT_ROOT, RF_CONFIG_INVALID, RF_SERVICE_STEP */
export async function installService(
  options: ServiceOptions & { readonly gpu: boolean; readonly mounts: boolean },
): Promise<void> {
  const { root, gpu, mounts } = options;
  const missing = BUILT.filter((file) => !existsSync(file));
  faceObstacles(options, missing);
  const program = { node: await realpath(process.execPath), app: APP };
  for (const path of [program.node, ...BUILT.filter((file) => !missing.includes(file))]) {
    const closed = await closedPart(path);
    if (closed !== undefined)
      options.say(
        `warning: the user refocusd cannot read ${closed}, and so not ${path}; /opt/refocusd is a better place`,
      );
  }
  const part = (name: string) => readFile(join(APP, name), "utf8");
  const parts = {
    unit: await part("systemd/refocusd.service"),
    gpu: await part("systemd/gpu.conf"),
    config: await part("config/refocusd.yaml"),
    schema: await part("config/refocusd.schema.json"),
  };
  const file = join(root, LAYOUT.config);
  const text = existsSync(file) ? await readFile(file, "utf8") : parts.config;
  const config = configFromText(text, file, LAYOUT.configFolder);
  await carryOut(installPlan({ program, parts, config, gpu, mounts }), options);
}

/** @throws RF_NO_SYSTEMD, RF_NOT_ROOT, RF_SERVICE_STEP */
export async function uninstallService(options: ServiceOptions & { readonly purge: boolean }): Promise<void> {
  const { root, purge } = options;
  faceObstacles(options, []);
  const users = await readFile(join(root, "etc/passwd"), "utf8").catch(() => "");
  const installed = existsSync(join(root, LAYOUT.unit));
  await carryOut(uninstallPlan({ installed, userExists: /^refocusd:/m.test(users), purge }), options);
}

/** What systemd knows of the service. @throws RF_NO_SYSTEMD, which tells at least whether the unit is there. */
export async function serviceProperties(): Promise<ServiceProperties> {
  if (!runsSystemd()) {
    const unit = `${LAYOUT.unit} ${existsSync(LAYOUT.unit) ? "is installed" : "is not installed"}`;
    throw new RefocusdError("RF_NO_SYSTEMD", unit);
  }
  const words = ["show", "refocusd.service", `--property=${PROPERTIES.join(",")}`];
  const { stdout } = await promisify(execFile)("systemctl", words);
  return parseProperties(stdout);
}

function faceObstacles({ root, dryRun, say }: ServiceOptions, missing: readonly string[]): void {
  const found = obstacles({ root, isRoot: process.getuid?.() === 0, systemd: runsSystemd(), missing });
  const [first] = found;
  if (first !== undefined && !dryRun) throw first;
  for (const { message, todo } of found) say(`first: ${message}. ${todo}`);
}

async function carryOut({ steps, next }: Plan, { root, dryRun, say }: ServiceOptions): Promise<void> {
  await execute(steps, {
    root,
    dryRun,
    say,
    run: async (command, words) => void (await promisify(execFile)(command, words)),
  });
  say("");
  for (const line of next) say(`next: ${line}`);
}

function runsSystemd(): boolean {
  return existsSync("/run/systemd/system");
}
