import { appendFileSync, copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ifdLastTiff, patternFrame } from "../support/tiff-fixtures.js";
import { canRun, makePlace, type RunningDaemon, refocusd, SAMPLES, startDaemon, storyOf, until } from "./support.js";

const running: RunningDaemon[] = [];
afterEach(() => {
  for (const daemon of running.splice(0)) daemon.process.kill("SIGKILL");
});

describe.skipIf(!canRun)("beside a running daemon", { timeout: 180_000 }, () => {
  it("requeue, verify and ledger do their work, and what must not be done then is refused", async () => {
    const place = makePlace("reconstruct: always\n");
    const daemon = await startDaemon(place);
    running.push(daemon);
    const source = (name: string) => join(place.input, name);
    writeFileSync(source("empty.tif"), "");
    writeFileSync(source("tiny.tif"), ifdLastTiff(patternFrame(5, 5)));
    copyFileSync(join(SAMPLES, "demo_t01xy1c1.tif"), source("demo_t01xy1c1.tif"));
    const state = (name: string) => storyOf(place, name)[0]?.state;
    const kinds = (name: string) => storyOf(place, name)[0]!.events.map(({ kind }) => kind);
    await until(() => state("empty.tif") === "quarantined" && state("tiny.tif") === "quarantined", daemon.log);
    await until(() => state("demo_t01xy1c1.tif") === "done", daemon.log);
    expect(daemon.log()).toMatch(/empty\.tif is set aside: the file is empty/);
    expect(daemon.log()).toMatch(/tiny\.tif is set aside: the frame is too small/);

    // Both are tried again, each from where it can be, and end as before.
    const requeued = await refocusd("requeue", "--quarantined", "-c", place.config);
    expect(requeued).toMatchObject({ code: 0 });
    expect(requeued.out).toMatch(/^2 frames put back/);
    await until(() => kinds("tiny.tif").filter((kind) => kind === "quarantined").length === 2, daemon.log, 30);
    await until(() => kinds("empty.tif").filter((kind) => kind === "rejected").length === 2, daemon.log, 30);
    expect(kinds("empty.tif")).toEqual(["seen", "rejected", "requeued", "rejected"]);
    const left = await refocusd("requeue", source("demo_t01xy1c1.tif"), "-c", place.config, "--json");
    expect(left.code).toBe(1);
    expect(JSON.parse(left.out)).toMatchObject({ requeued: [], left: [{ why: "has its verdict" }] });
    expect((await refocusd("requeue", "-c", place.config)).code).toBe(2);

    const sound = await refocusd("verify", "-c", place.config);
    expect(sound).toMatchObject({ code: 0, err: "" });
    expect(sound.out).toMatch(/^2 sources and 1 outputs \(\d\.\d\d GB\): all as the ledger says\n$/);
    const made = storyOf(place, "demo_t01xy1c1.tif")[0]!.reconstruction!.path;
    appendFileSync(made, "!");
    const altered = await refocusd("verify", "-c", place.config, "--json");
    expect(altered.code).toBe(1);
    const lines = altered.out.trim().split("\n");
    expect(JSON.parse(lines[0]!)).toMatchObject({ kind: "altered", what: "output", path: made });
    expect(JSON.parse(lines[1]!)).toMatchObject({ summary: { findings: { altered: 1, missing: 0 } } });

    const backup = await refocusd("ledger", "backup", "-c", place.config);
    expect(backup).toMatchObject({ code: 0, err: "" });
    const [name] = readdirSync(join(place.state, "backup"));
    const file = join(place.state, "backup", name!);
    for (const args of [["compact"], ["restore", file]]) {
      const refused = await refocusd("ledger", ...args, "-c", place.config);
      expect(refused).toMatchObject({ code: 3, err: expect.stringContaining("RF_ALREADY_RUNNING") as string });
    }

    daemon.process.kill("SIGTERM");
    expect(await daemon.end).toBe(0);
    expect(await refocusd("ledger", "compact", "-c", place.config)).toMatchObject({ code: 0 });
    const restored = await refocusd("ledger", "restore", file, "-c", place.config);
    expect(restored).toMatchObject({ code: 0, out: expect.stringMatching(/^restored; .*\.replaced-/) as string });
    expect(state("demo_t01xy1c1.tif")).toBe("done");
  });
});
