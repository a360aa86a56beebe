import { constants } from "node:fs";
import { access, mkdir, readFile, statfs } from "node:fs/promises";
import type { Config } from "../config/schema.js";
import { asRefocusdError } from "../errors/refocusd-error.js";
import { networkShare } from "../ledger/network-disk.js";
import { findModel } from "../models/registry.js";
import type { Clock } from "../system/clock.js";
import { adaptedModels, modelFolders, shareOut, thisMachine } from "./settings.js";

/** One thing that was looked at. */
export interface Check {
  readonly what: string;
  readonly state: "ok" | "warning" | "failed";
  readonly found: string;
}

const GIGABYTE = 1e9;
const LEAST_FREE = 5 * GIGABYTE;

/** Looks at everything that can keep a daemon with this configuration from doing its work. Nothing but missing own folders is made. */
export async function checkInstallation(config: Config, clock: Clock): Promise<Check[]> {
  const checks: Check[] = [];
  const add = async (what: string, look: () => Promise<string | Omit<Check, "what">>) => {
    try {
      const found = await look();
      checks.push(typeof found === "string" ? { what, state: "ok", found } : { what, ...found });
    } catch (error) {
      const { message } = asRefocusdError(error);
      checks.push({ what, state: "failed", found: message });
    }
  };

  await add("state folder", () => writable(config.state, true));
  await add("log folder", () => writable(config.log.directory, false));
  for (const watch of config.watch) {
    await add(`watched ${watch.path}`, async () => {
      await access(watch.path, constants.R_OK | constants.X_OK);
      const share = networkShare(watch.path);
      if (share && !watch.polling) {
        return { state: "warning", found: `lies on ${share}: set polling: true, the system gives no hints there` };
      }
      return share ? `readable, on ${share}, polled` : "readable";
    });
    await add(`output  ${watch.output}`, () => writable(watch.output, false));
  }
  const { folder } = config.series;
  if (folder !== null) await add("series folder", () => writable(folder, false));
  if (config.adapt.schedule !== null) await add("adapted models", () => writable(adaptedModels(config.state), false));
  await add("inotify limits", inotifyLimits);
  await add("engine and models", () => engineSelfTest(config, clock));
  return checks;
}

async function writable(folder: string, local: boolean): Promise<string | Omit<Check, "what">> {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK | constants.X_OK);
  const share = networkShare(folder);
  if (local && share) return { state: "failed", found: `lies on ${share}: SQLite cannot lock safely there` };
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `writable, ${(free / GIGABYTE).toFixed(1)} GB free`;
  return free < LEAST_FREE ? { state: "warning", found } : found;
}

/** Hints need one watch per folder (chokidar is kept from watching each file). */
async function inotifyLimits(): Promise<string | Omit<Check, "what">> {
  const read = async (name: string) => Number(await readFile(`/proc/sys/fs/inotify/${name}`, "utf8"));
  try {
    const [watches, instances] = [await read("max_user_watches"), await read("max_user_instances")];
    const found = `${watches} folders, ${instances} watchers`;
    return watches < 8192 || instances < 64
      ? { state: "warning", found: `${found}: low; scans find what hints miss` }
      : found;
  } catch {
    return { state: "ok", found: "not this system's way of watching" };
  }
}

/** In this process: check may load native code, the supervisor may not. */
async function engineSelfTest(config: Config, clock: Clock): Promise<string> {
  const { openEngine } = await import("../engines/open-engine.js");
  const { engineSelfTest } = await import("../engines/engine-self-test.js");
  const { assertSelfTest } = await import("../models/self-test.js");
  const { threads } = shareOut(config, thisMachine());
  const models = modelFolders(config);
  const engine = await openEngine({ kind: config.engine.kind, provider: config.engine.provider, threads });
  try {
    const classifier = await findModel(models, config.models.classifier, "classifier");
    const reconstructor = await findModel(models, config.models.reconstructor, "reconstructor");
    for (const { card, directory } of [classifier, reconstructor]) {
      const network = await engine.load(directory);
      await assertSelfTest(network, card, clock);
      await network.dispose();
    }
    const { name, input } = reconstructor.card;
    // One that takes one size only goes over a frame in windows, of which one is timed.
    const [side, title] =
      input.size === undefined ? [1632, name] : [input.size, `${name} (one window of ${input.size} px)`];
    const report = await engineSelfTest(
      engine,
      [
        // What one frame of 1608 × 1608 takes.
        { name: classifier.card.name, directory: classifier.directory, shape: [9, 134, 134, 3] },
        { name: title, directory: reconstructor.directory, shape: [1, side, side, input.channels] },
      ],
      clock,
      2,
    );
    const times = report.networks.map(({ name, runMs }) => `${name} ${Math.round(runMs)} ms`).join(", ");
    return `${report.engine} ${report.version} on ${report.device}, ${threads} threads; a 1608 × 1608 frame: ${times}`;
  } finally {
    await engine.dispose();
  }
}

export function checkText(checks: readonly Check[]): string {
  const mark = { ok: "ok     ", warning: "WARNING", failed: "FAILED " } as const;
  const width = Math.max(...checks.map(({ what }) => what.length));
  return `${checks.map(({ what, state, found }) => `${mark[state]}  ${what.padEnd(width)}  ${found}`).join("\n")}\n`;
}
