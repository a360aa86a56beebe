import { resolve } from "node:path";
import type { Command } from "commander";
import { installService, serviceProperties, uninstallService } from "../app/service.js";
import { isRunning, serviceText } from "../service/install/service-state.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly root: string;
  readonly dryRun?: true;
}

const common = ({ root, dryRun }: Options) => ({
  root: resolve(root),
  dryRun: dryRun === true,
  say: (line: string) => void process.stdout.write(`${line}\n`),
});

export function addServiceCommand(program: Command): void {
  const service = program.command("service").description("refocusd as a systemd service");
  service
    .command("install")
    .description("make the user, the folders, a configuration if there is none, and the unit; starts nothing")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--root <folder>", "install into another system's root, for packages and images", "/")
    .option("--gpu", "let the service use an NVIDIA GPU")
    .option("--no-mounts", "start even if a watched folder cannot be mounted")
    .action(async (options: Options & { gpu?: true; mounts: boolean }) => {
      const { gpu, mounts } = options;
      await installService({ ...common(options), gpu: gpu === true, mounts }).catch(exitWith);
    });
  service
    .command("uninstall")
    .description("stop the service and remove it; ledger, logs and configuration stay")
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--root <folder>", "remove from another system's root", "/")
    .option("--purge", "remove the ledger, the logs, the configuration and the user too")
    .action(async (options: Options & { purge?: true }) => {
      await uninstallService({ ...common(options), purge: options.purge === true }).catch(exitWith);
    });
  service
    .command("status")
    .description("whether it is installed, starts with the computer and runs, and what it says")
    .option("--json", "print JSON")
    .action(async (options: { json?: true }) => {
      const properties = await serviceProperties().catch(exitWith);
      process.stdout.write(options.json ? `${JSON.stringify(properties)}\n` : serviceText(properties));
      if (!isRunning(properties)) process.exitCode = EXIT.someFailed;
    });
}
