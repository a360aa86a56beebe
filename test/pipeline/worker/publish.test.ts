import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { publish } from "../../../src/pipeline/worker/publish.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "refocusd-publish-"));
});

describe("publish", () => {
  it("makes the folders, writes the file, and says what it wrote", async () => {
    const bytes = Buffer.from("pixels");
    const path = join(folder, "run 1", "ä\n.tif");
    expect(await publish(path, bytes)).toEqual({ size: 6, sha256: createHash("sha256").update(bytes).digest("hex") });
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(join(folder, "run 1"))).toEqual(["ä\n.tif"]);
  });

  it("replaces what an interrupted attempt left", async () => {
    const path = join(folder, "a.tif");
    writeFileSync(join(folder, ".a.tif.tmp"), "half of a fra");
    await publish(path, Buffer.from("whole"));
    await publish(path, Buffer.from("whole again"));
    expect(readFileSync(path, "utf8")).toBe("whole again");
    expect(readdirSync(folder)).toEqual(["a.tif"]);
  });

  it.skipIf(process.getuid?.() === 0)("tells a folder that may not be written", async () => {
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    await expect(publish(join(locked, "a.tif"), Buffer.from("x"))).rejects.toMatchObject({
      code: "RF_OUTPUT_UNWRITABLE",
    });
  });

  it("tells a folder that is a file", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(publish(join(folder, "file", "a.tif"), Buffer.from("x"))).rejects.toMatchObject({
      code: "RF_OUTPUT_UNWRITABLE",
    });
  });
});
