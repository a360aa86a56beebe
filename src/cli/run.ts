import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import { Daemon } from "../app/daemon/daemon.js";
import { loadConfig } from "../config/load.js";
import { asRefocusdError } from "../errors/refocusd-error.js";
import { createLogger } from "../log/logger.js";
import { systemClock } from "../system/clock.js";
import { EXIT, exitWith } from "./exit.js";
import { stopSignal } from "./stop-signal.js";

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("watch the configured folders until stopped (SIGTERM or Ctrl-C)")
    .requiredOption("-c, --config <file>", "configuration file")
    .action(async (options: { config: string }) => {
      const signal = stopSignal();
      // Each scan of a folder of 50,000 names leaves some MB of arrays behind. V8 would let such garbage grow to twice what is in use
      // before it collects it: 20 MB more of resident memory for a collection every few seconds less.
      setFlagsFromString("--heap-growing-percent=25");
      const config = await loadConfig(options.config).catch(exitWith);
      const { level, directory, keepDays, maxMegabytes } = config.log;
      const log = createLogger({ level, files: { directory, keepDays, maxMegabytes } }, { clock: systemClock });
      const daemon = new Daemon(config, resolve(options.config), { clock: systemClock, log });
      // Heard from the beginning: until a handler is there, SIGHUP ends a process.
      let started = false;
      process.on("SIGHUP", () => {
        if (started) void daemon.reload();
      });
      try {
        await daemon.start();
        started = true;
      } catch (thrown) {
        const error = asRefocusdError(thrown);
        log.error("refocusd cannot start", { error });
        await log.close();
        process.exit(EXIT.failed);
      }
      await new Promise<void>((done) => {
        if (signal.aborted) done();
        signal.addEventListener("abort", () => done(), { once: true });
      });
      await daemon.stop();
      await log.close();
    });
}
