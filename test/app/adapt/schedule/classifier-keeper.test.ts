import { describe, expect, test } from "vitest";
import { type ClassifierChoice, writeChoice } from "../../../../src/app/adapt/schedule/classifier-choice.js";
import { ClassifierKeeper } from "../../../../src/app/adapt/schedule/classifier-keeper.js";
import { useClassifier } from "../../../../src/app/adapt/schedule/use-classifier.js";
import { configForOneShot } from "../../../../src/config/defaults.js";
import { RefocusdError } from "../../../../src/errors/refocusd-error.js";
import { silentLog } from "../../../../src/log/log.js";
import type { WorkerSettings } from "../../../../src/pipeline/messages.js";
import { handClock, openTestLedger, sha } from "../../../ledger/support.js";

const configured = { name: "sdcnn", version: "1.4.0", sha256: sha("c") };
const base: WorkerSettings = {
  ...{ engine: { kind: "onnx" }, models: "/models", classifier: "sdcnn" },
  ...{ reconstructor: "resunet-lite", version: "1" },
};
const adaptedSettings = { ...base, classifier: "sdcnn-lab", classifierSha256: sha("1") };
const choice: ClassifierChoice = {
  ...{ name: "sdcnn-lab", version: "1.4.0-adapted.2026-11-24", sha256: sha("1") },
  ...{ insteadOf: configured, sinceMs: 5, undone: false },
};

function setUp({ chosen = true, use = true } = {}) {
  const clock = { ...handClock(), monotonic: () => clock.time };
  const ledger = openTestLedger({ clock });
  if (chosen) writeChoice(ledger, choice);
  let config = configForOneShot({ state: "/s", out: "/o", settings: { adapt: { use } } });
  const keeper = new ClassifierKeeper(() => config, base, configured, { ledger, clock, log: silentLog });
  const started: string[] = [];
  let fails: RefocusdError | undefined;
  const pool = {
    async exchange({ classifier }: WorkerSettings) {
      if (fails !== undefined) throw fails;
      started.push(classifier);
      return { engine: { name: "onnx", version: "1", device: "cpu" }, models: [] };
    },
  };
  return {
    ...{ keeper, started, ledger, clock },
    follow: () => keeper.follow(pool),
    use: (value: boolean) => {
      config = { ...config, adapt: { ...config.adapt, use: value } };
    },
    failWith: (error: RefocusdError | undefined) => {
      fails = error;
    },
    events: () =>
      ledger
        .select<{ kind: string; detail: string }>(
          "SELECT kind, detail_json AS detail FROM events WHERE kind LIKE 'classifier-%'",
        )
        .map(({ kind, detail }) => ({ kind, ...(JSON.parse(detail) as object) })),
  };
}

describe("the classifier that judges", () => {
  test("is the configured one, unless another was chosen and may be used; a restart keeps it", () => {
    expect(setUp({ chosen: false }).keeper.settings()).toEqual(base);
    expect(setUp({ use: false }).keeper.settings()).toEqual(base);
    expect(setUp().keeper.settings()).toEqual(adaptedSettings);
  });

  test("changes when one is chosen, and back when it may not be used or somebody says so", async () => {
    const { follow, started, ledger, clock, use, events, keeper } = setUp({ chosen: false });
    await follow();
    expect(started).toEqual([]);
    writeChoice(ledger, choice);
    await follow();
    await follow();
    expect(started).toEqual(["sdcnn-lab"]);
    expect(keeper.inUse?.name).toBe("sdcnn-lab");
    use(false);
    await follow();
    use(true);
    await follow();
    useClassifier("configured", "Ada", { ledger, clock });
    await follow();
    expect(started).toEqual(["sdcnn-lab", "sdcnn", "sdcnn-lab", "sdcnn"]);
    expect(events().filter(({ kind }) => kind === "classifier-changed")).toMatchObject([
      { from: "sdcnn 1.4.0", to: "sdcnn-lab 1.4.0-adapted.2026-11-24", sha256: sha("1") },
      { to: "sdcnn 1.4.0", why: "adapt.use: false", sha256: sha("c") },
      { to: "sdcnn-lab 1.4.0-adapted.2026-11-24" },
      { to: "sdcnn 1.4.0", why: "refocusd models use configured" },
    ]);
  });

  test("is the configured one when workers cannot start with the adapted one", async () => {
    const { keeper, follow, started, events } = setUp();
    const torn = new RefocusdError("RF_MODEL_INVALID", "torn");
    expect(keeper.instead(new RefocusdError("RF_WORKER_TIMEOUT", "slow"), adaptedSettings)).toBeUndefined();
    expect(keeper.instead(torn, adaptedSettings)).toEqual(base);
    expect(keeper.instead(torn, base)).toBeUndefined();
    expect(keeper.refusal).toMatchObject({ name: "sdcnn-lab", code: "RF_MODEL_INVALID", detail: "torn" });
    await follow();
    expect(started).toEqual([]);
    expect(events()).toEqual([
      {
        ...{ kind: "classifier-refused", name: "sdcnn-lab", sha256: sha("1") },
        ...{ code: "RF_MODEL_INVALID", detail: "torn", instead: "sdcnn 1.4.0" },
      },
    ]);
  });

  test("stays when a new one is unfit, which is told once; and is tried again when somebody asks for it again", async () => {
    const { follow, failWith, started, ledger, clock, events } = setUp({ chosen: false });
    writeChoice(ledger, choice);
    failWith(new RefocusdError("RF_MODEL_MISSING", "gone"));
    await follow();
    await follow();
    expect(events()).toHaveLength(1);
    failWith(undefined);
    await follow();
    expect(started).toEqual([]);
    clock.time += 1000;
    useClassifier("adapted", "Ada", { ledger, clock });
    await follow();
    expect(started).toEqual(["sdcnn-lab"]);
  });

  test("is exchanged a minute later when that failed for a reason that may pass", async () => {
    const { follow, failWith, started, ledger, clock, events } = setUp();
    useClassifier("configured", "Ada", { ledger, clock });
    failWith(new RefocusdError("RF_WORKER_TIMEOUT", "not ready after 180 s"));
    await follow();
    failWith(undefined);
    await follow();
    expect(started).toEqual([]);
    clock.time += 60_000;
    await follow();
    expect(started).toEqual(["sdcnn"]);
    expect(events().map(({ kind }) => kind)).toEqual(["classifier-wished", "classifier-changed"]);
  });

  test("is no matter any more once refocusd stops", async () => {
    const { keeper, follow, started, ledger, events } = setUp({ chosen: false });
    keeper.stop();
    writeChoice(ledger, choice);
    await follow();
    expect([started, events()]).toEqual([[], []]);
  });
});
