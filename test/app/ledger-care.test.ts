import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { backUp, backUpText, compact, compactText, restore, restoreText } from "../../src/app/ledger-care.js";
import { openLedger } from "../../src/ledger/open.js";
import { bundledModels, findModel } from "../../src/models/registry.js";
import { lockState } from "../../src/service/lock.js";
import { handClock, ROOT, temporaryFolder } from "../ledger/support.js";

const clock = handClock();
const usual = "ledger-2026-11-23T09-00-00Z.sqlite";

/** A state folder as a daemon left it. */
function makeState(): string {
  const state = temporaryFolder();
  const ledger = openLedger(join(state, "ledger.sqlite"), { clock });
  ledger.seen(ROOT, `${ROOT}/a.tif`, 1);
  ledger.close();
  return state;
}

/** The state folder is a daemon's for the rest of the test. */
function occupy(state: string): void {
  const lock = lockState(state, clock);
  onTestFinished(() => lock.release());
}

describe("backUp", () => {
  it("goes where it is told, or into the state folder, while the daemon runs", async () => {
    const state = makeState();
    occupy(state);
    const elsewhere = temporaryFolder();
    expect((await backUp(state, undefined, clock)).path).toBe(join(state, "backup", usual));
    expect((await backUp(state, elsewhere, clock)).path).toBe(join(elsewhere, usual));
    expect((await backUp(state, join(elsewhere, "mine.sqlite"), clock)).path).toBe(join(elsewhere, "mine.sqlite"));
    expect(readdirSync(elsewhere).toSorted()).toEqual([usual, "mine.sqlite"]);
  });
});

describe("restore", () => {
  it("gives the state folder back, and says what it kept", async () => {
    const state = makeState();
    const { path } = await backUp(state, undefined, clock);
    const { kept, models } = await restore(state, path, clock);
    expect(restoreText({ kept, models })).toBe(`restored; what was there before is kept as ${kept}\n`);
    expect(existsSync(kept!)).toBe(true);
    lockState(state, clock).release();
  });

  it("brings back adapted models, which a backup keeps beside itself", async () => {
    const [state, elsewhere] = [makeState(), temporaryFolder()];
    cpSync(join(bundledModels(), "sdcnn"), join(state, "models", "sdcnn"), { recursive: true });
    const backup = await backUp(state, elsewhere, clock);
    expect(backUpText(backup)).toMatch(/MB, checked; new in the folder models beside it: sdcnn\n$/);
    rmSync(join(state, "models"), { recursive: true });
    const restored = await restore(state, backup.path, clock);
    expect(restoreText(restored)).toMatch(/; adapted models that came back: sdcnn\n$/);
    expect((await findModel(join(state, "models"), "sdcnn")).card.name).toBe("sdcnn");
  });

  it("refuses while the daemon runs", async () => {
    const state = makeState();
    const { path } = await backUp(state, undefined, clock);
    occupy(state);
    await expect(restore(state, path, clock)).rejects.toThrow("RF_ALREADY_RUNNING");
    expect(readdirSync(state).filter((name) => name.includes("replaced"))).toEqual([]);
  });

  it("makes no state folder for a backup that is not there", async () => {
    const state = join(temporaryFolder(), "typing-error");
    await expect(restore(state, "/nonexistent.sqlite", clock)).rejects.toThrow("RF_LEDGER_MISSING");
    expect(existsSync(state)).toBe(false);
  });
});

describe("compact", () => {
  it("says size before and after", () => {
    expect(compactText(compact(makeState(), clock))).toMatch(/^from \d+\.\d MB to \d+\.\d MB\n$/);
    expect(backUpText({ path: "/b\n.sqlite", size: 1_250_000, models: [] })).toBe("/b�.sqlite: 1.3 MB, checked\n");
  });

  it("refuses while the daemon runs, and makes no state folder", () => {
    const state = makeState();
    occupy(state);
    expect(() => compact(state, clock)).toThrow("RF_ALREADY_RUNNING");
    const none = join(temporaryFolder(), "typing-error");
    expect(() => compact(none, clock)).toThrow("RF_LEDGER_MISSING");
    expect(existsSync(none)).toBe(false);
  });
});
