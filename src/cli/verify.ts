import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import { chainPlaces } from "../app/chain/chain-places.js";
import { chainFindingText, chainSummaryText } from "../app/chain/chain-text.js";
import { findingLine, isAllRight, verifySummaryLine } from "../app/chain/verify-text.js";
import { ledgerPath } from "../app/workshop.js";
import { loadConfig } from "../config/load.js";
import { RefocusdError } from "../errors/refocusd-error.js";
import { parseHead } from "../ledger/chain/link.js";
import { openLedgerReader } from "../ledger/open.js";
import { recordedHeads } from "../report/verify/recorded-heads.js";
import { verifyFiles } from "../report/verify/verify.js";
import { verifyChain } from "../report/verify/verify-chain.js";
import { systemClock } from "../system/clock.js";
import { systemFileSystem } from "../system/file-system.js";
import { EXIT, exitWith } from "./exit.js";

interface Options {
  readonly config?: string;
  readonly json?: true;
  readonly chain?: true;
  readonly state?: string;
  readonly head: readonly string[];
}

type Print = (value: object, text: string) => void;

export function addVerifyCommand(program: Command): void {
  program
    .command("verify")
    .description("hash sources and outputs again and compare them with the ledger; changes nothing")
    .option("-c, --config <file>", "configuration file")
    .option("--json", "print one JSON object per finding and line, and the summary in the last one")
    .option("--chain", "check the ledger itself instead: its chain of hashes over every outcome")
    .option("--state <folder>", "state folder, instead of a configuration file; for --chain")
    .option(
      "--head <seq:sha256>",
      "a head of the chain that was written down elsewhere; for --chain, repeatable",
      collect,
      [],
    )
    .action(async (options: Options) => {
      const format = " {bar} {percentage} %, {eta} s to go";
      const bar =
        options.json || !process.stderr.isTTY
          ? undefined
          : new SingleBar({ format, hideCursor: true, clearOnComplete: true });
      const print = (value: object, text: string) =>
        process.stdout.write(`${options.json ? JSON.stringify(value) : text}\n`);
      try {
        if (options.chain) {
          await verifyTheChain(options, bar, print);
          return;
        }
        if (options.config === undefined) throw new RefocusdError("RF_USAGE", "give --config <file>");
        const { state, watch } = await loadConfig(options.config);
        const ledger = openLedgerReader(ledgerPath(state), { clock: systemClock });
        bar?.start(1, 0);
        const summary = await verifyFiles(
          watch.map(({ output }) => output),
          {
            ...{ ledger, fs: systemFileSystem, clock: systemClock },
            onFinding: (finding) => print(finding, findingLine(finding)),
            onProgress: (done, total) => {
              bar?.setTotal(total);
              bar?.update(done);
            },
          },
        );
        bar?.stop();
        ledger.close();
        print({ summary }, verifySummaryLine(summary));
        if (!isAllRight(summary)) process.exitCode = EXIT.someFailed;
      } catch (error) {
        bar?.stop();
        exitWith(error);
      }
    });
}

async function verifyTheChain(options: Options, bar: SingleBar | undefined, print: Print): Promise<void> {
  const { ledgerFile, dailyLogs, folders } = await chainPlaces(options, systemClock);
  const given = options.head.map((text) => {
    const head = parseHead(text);
    if (head === undefined) throw new RefocusdError("RF_USAGE", `${text}: not a head, such as 1234:9f3a… (64 digits)`);
    return { ...head, where: "--head" };
  });
  const ledger = openLedgerReader(ledgerFile, { clock: systemClock });
  bar?.start(1, 0);
  const summary = verifyChain({
    ...{ ledger, dailyLogs, heads: [...given, ...(await recordedHeads(folders))] },
    onFinding: (finding) => print(finding, chainFindingText(finding)),
    onProgress: (done, total) => {
      bar?.setTotal(total);
      bar?.update(done);
    },
  });
  bar?.stop();
  ledger.close();
  print({ summary }, chainSummaryText(summary));
  if (summary.findings > 0) process.exitCode = EXIT.someFailed;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
