import { chmod, lstat, mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RefocusdError } from "../../errors/refocusd-error.js";
import { isNoSuchFile } from "../../system/file-system.js";
import type { Step } from "./step.js";

export interface ExecuteOptions {
  /** Where the system begins: "/" for this one. */
  readonly root: string;
  readonly dryRun: boolean;
  /** Is told of each step, in a line. */
  readonly say: (line: string) => void;
  /** @throws when the command fails, with what it said. */
  readonly run: (command: string, words: readonly string[]) => Promise<void>;
}

/**
 * Does the steps in their order and says of each what was done, or with `dryRun` what would be.
 * @throws RF_SERVICE_STEP for the first that fails; those before it stay done, and doing all again is harmless.
 */
export async function execute(steps: readonly Step[], options: ExecuteOptions): Promise<void> {
  for (const step of steps) {
    try {
      options.say(await does(step, options));
    } catch (error) {
      if (error instanceof RefocusdError) throw error;
      const detail = `${nameOf(step)}: ${error instanceof Error ? error.message : String(error)}`;
      throw new RefocusdError("RF_SERVICE_STEP", detail, { cause: error });
    }
  }
}

function does(step: Step, options: ExecuteOptions): Promise<string> {
  switch (step.kind) {
    case "folder":
      return makeFolder(step, options);
    case "file":
      return putFile(step, options);
    case "remove":
      return remove(step, options);
    case "run":
      return runCommand(step, options);
  }
}

async function makeFolder({ path, mode }: Extract<Step, { kind: "folder" }>, { root, dryRun }: ExecuteOptions) {
  const place = join(root, path);
  if (await exists(place)) return `${path} is there`;
  if (dryRun) return `would make ${path}`;
  await mkdir(place, { recursive: true });
  // Not through mkdir, whose mode the umask cuts.
  await chmod(place, mode);
  return `made ${path}`;
}

async function putFile(step: Extract<Step, { kind: "file" }>, { root, dryRun }: ExecuteOptions): Promise<string> {
  const { path, content, mode, keep } = step;
  const place = join(root, path);
  const there = await readFile(place, "utf8").catch((error: unknown) => {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  });
  if (there !== undefined && keep) return `${path} stays as it is`;
  if (there === content) return `${path} is up to date`;
  if (dryRun) return `would ${there === undefined ? "write" : "renew"} ${path}`;
  await mkdir(dirname(place), { recursive: true });
  // Whole or not at all: systemd must never read half a unit.
  const half = `${place}.refocusd-new`;
  await writeFile(half, content, { mode });
  await chmod(half, mode);
  await rename(half, place);
  return `${there === undefined ? "wrote" : "renewed"} ${path}`;
}

async function remove({ path, what }: Extract<Step, { kind: "remove" }>, { root, dryRun }: ExecuteOptions) {
  const place = join(root, path);
  if (!(await exists(place))) return `${path} is not there`;
  if (dryRun) return what === "empty" ? `would remove ${path} if nothing else is in it` : `would remove ${path}`;
  if (what !== "empty") {
    await rm(place, { recursive: what === "tree" });
    return `removed ${path}`;
  }
  try {
    await rmdir(place);
    return `removed ${path}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTEMPTY") return `${path} stays, something of yours is in it`;
    throw error;
  }
}

async function runCommand(step: Extract<Step, { kind: "run" }>, { root, dryRun, run }: ExecuteOptions) {
  const line = nameOf(step);
  if (root !== "/") return `left to that system itself: ${line} (${step.why})`;
  if (dryRun) return `would run ${line} (${step.why})`;
  await run(step.command, step.arguments);
  return `ran ${line} (${step.why})`;
}

function nameOf(step: Step): string {
  return step.kind === "run" ? [step.command, ...step.arguments].join(" ") : step.path;
}

async function exists(place: string): Promise<boolean> {
  try {
    // Not what it points to: a link into nowhere is there too.
    await lstat(place);
    return true;
  } catch (error) {
    if (isNoSuchFile(error)) return false;
    throw error;
  }
}
