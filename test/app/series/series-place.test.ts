import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { checkSeriesPlace } from "../../../src/app/series/series-place.js";
import { configForOneShot } from "../../../src/config/defaults.js";

it("refuses a place in a watched folder or an output folder, also behind a link", async () => {
  const base = mkdtempSync(join(tmpdir(), "refocusd-place-"));
  onTestFinished(() => rmSync(base, { recursive: true }));
  const input = join(base, "in");
  mkdirSync(join(input, "below"), { recursive: true });
  symlinkSync(join(input, "below"), join(base, "link"));
  const config = configForOneShot({ state: join(base, "state"), out: join(base, "out"), roots: [input] });
  for (const [place, why] of [
    ["in", /RF_USAGE.*watches/],
    ["in/below/series", /RF_USAGE.*watches/],
    ["link/series", /RF_USAGE.*watches/],
    ["out/x", /RF_USAGE.*output/],
  ] as const)
    await expect(checkSeriesPlace(join(base, place), config)).rejects.toThrow(why);
  await expect(checkSeriesPlace(join(base, "series/new"), config)).resolves.toBeUndefined();
});
