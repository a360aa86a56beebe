import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ifdLastTiff, patternFrame } from "../support/tiff-fixtures.js";
import { canRun, makePlace, refocusd, SAMPLES } from "./support.js";

const fresh = () => mkdtempSync(join(tmpdir(), "refocusd-commands-"));

describe.skipIf(!canRun)("refocusd", { timeout: 120_000 }, () => {
  it("process --json prints one object per frame with the fields that scripts rely on", async () => {
    const folder = fresh();
    const input = join(folder, "in");
    mkdirSync(input);
    writeFileSync(join(input, "tiny_t01.tif"), ifdLastTiff(patternFrame(5, 5)));
    writeFileSync(join(input, "big_t02.tif"), ifdLastTiff(patternFrame(200, 200)));
    const args = [
      "process",
      input,
      "--state",
      join(folder, "state"),
      "--out",
      join(folder, "out"),
      "--json",
      "--reconstruct",
      "always",
    ];
    const { code, out } = await refocusd(...args);
    expect(code).toBe(1);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.length).toBe(2);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual([
        "source",
        "page",
        "state",
        "verdict",
        "pDefocused",
        "pSpectrum",
        "distanceDof",
        "distanceLowDof",
        "distanceHighDof",
        "distanceUm",
        "focusMap",
        "reconstruction",
        "trust",
        "trustVerdict",
        "defocusDof",
        "heldDof",
        "focusMapFile",
        "trustMapFile",
        "errorCode",
        "errorDetail",
        "sourceSha256",
        "model",
        "ms",
      ]);
    }
    const tiny = lines.find(({ source }) => String(source).includes("tiny"))!;
    expect(tiny).toMatchObject({
      state: "quarantined",
      verdict: null,
      errorCode: "RF_FRAME_TOO_SMALL",
      reconstruction: null,
    });
    const big = lines.find(({ source }) => String(source).includes("big"))!;
    expect(big).toMatchObject({ state: "done", errorCode: null, page: 0, trust: null });

    // The same call again tells the same without working again.
    const again = await refocusd(...args);
    expect(again.out.trim().split("\n").sort()).toEqual(out.trim().split("\n").sort());
  });

  it("process judges, but reconstructs nothing, where there is too little space; and goes on where it ended", async () => {
    const folder = fresh();
    const frame = join(SAMPLES, "demo_t01xy1c1.tif");
    const args = ["process", frame, "--reconstruct", "always"];
    args.push("--state", join(folder, "state"), "--out", join(folder, "out"));
    const short = await refocusd(...args, "--min-free", "1000000");
    expect(short.code).toBe(1);
    expect(short.err).toMatch(/1 not reconstructed: RF_DISK_LOW.* below 1000000 GB/);
    const enough = await refocusd(...args, "--min-free", "0");
    expect([enough.code, enough.err]).toEqual([0, ""]);
    expect(enough.out).toMatch(/demo_t01xy1c1\.reconstructed\.tif/);
  });

  it("process writes maps where it is asked, and tells where they are", async () => {
    const folder = fresh();
    const frame = join(SAMPLES, "demo_t01xy1c1.tif");
    const run = async (name: string, ...more: string[]) => {
      const out = join(folder, name);
      const place = ["--state", join(folder, `${name}-state`), "--out", out, "--reconstruct", "always", "--json"];
      const told = JSON.parse((await refocusd("process", frame, ...place, ...more)).out) as Record<string, unknown>;
      return { out, maps: [told.focusMapFile, told.trustMapFile] };
    };
    const asked = await run("asked", "--focus-map", "all", "--trust-map");
    const maps = ["focus", "trust"].map((kind) => join(asked.out, "maps", `demo_t01xy1c1.${kind}-map.png`));
    expect(asked.maps).toEqual(maps);
    for (const map of maps) expect(readFileSync(map).subarray(1, 4).toString()).toBe("PNG");
    const plain = await run("plain");
    expect(plain.maps).toEqual([null, null]);
    expect(existsSync(join(plain.out, "maps"))).toBe(false);
  });

  it("process tells what is missing", async () => {
    const folder = fresh();
    const { code, err } = await refocusd(
      "process",
      join(folder, "nothing"),
      "--state",
      join(folder, "s"),
      "--out",
      join(folder, "o"),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/there is nothing at .*nothing/);
  });

  it("run names line and column of a wrong key", async () => {
    const place = makePlace("scann: { intervalSeconds: 1 }\n");
    const { code, err } = await refocusd("run", "-c", place.config);
    expect(code).toBe(2);
    expect(err).toMatch(/refocusd\.yaml:8:1/);
    expect(err).toMatch(/did you mean/i);
  });

  it("check looks at everything, and its exit code says whether something failed", async () => {
    const place = makePlace();
    const good = await refocusd("check", "-c", place.config, "--json");
    expect(JSON.parse(good.out)).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: "engine and models", state: "ok" })]),
    );
    expect(good.code).toBe(0);
    const missing = makePlace("models: { directory: /nowhere }\n");
    const bad = await refocusd("check", "-c", missing.config);
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/FAILED .*RF_MODEL_MISSING/);
  });

  it("explain and status say so when there is no ledger", async () => {
    const folder = fresh();
    const explained = await refocusd("explain", join(SAMPLES, "x.tif"), "--state", folder);
    expect(explained.code).toBe(3);
    expect(explained.err).toMatch(/RF_LEDGER_MISSING/);
    expect((await refocusd("status")).code).toBe(2);
  });
});
