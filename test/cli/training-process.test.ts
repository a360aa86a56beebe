import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../ledger/support.js";

const BUILT = resolve(import.meta.dirname, "../../dist/cli/training-process.js");

/** Says on its standard output whether it is to stop, some time after the channel to its parent is closed. */
const CHILD = `
process.send("ready");
while (process.connected) await new Promise((resolve) => setTimeout(resolve, 5));
const early = LATE ? undefined : signal;
process.stdout.write(String((early ?? (await import(BUILT)).stopOrParentGone()).aborted));
process.exit();
`;

test.each([
  { when: "afterwards", late: true },
  { when: "before", late: false },
])("a process whose parent is gone is told so, if it asks $when", async ({ late }) => {
  const path = join(temporaryFolder(), "child.mjs");
  const before = late ? "" : `const signal = (await import(${JSON.stringify(BUILT)})).stopOrParentGone();\n`;
  writeFileSync(path, before + CHILD.replace("LATE", String(late)).replace("BUILT", JSON.stringify(BUILT)));
  const child = fork(path, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  let said = "";
  child.stdout!.on("data", (text: Buffer) => (said += text));
  await once(child, "message");
  child.disconnect();
  await once(child, "exit");
  expect(said).toBe("true");
});
