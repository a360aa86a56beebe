import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { whatIsMissing } from "../../../src/app/explain/what-is-missing.js";
import { systemFileSystem } from "../../../src/system/file-system.js";
import { nd2File } from "../../support/nd2-writer.js";

it("tells of an ND2 whether it is still being recorded", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "refocusd-missing-")), "a.nd2");
  const bytes = nd2File({ width: 8, height: 8, loops: [{ kind: "time", count: 3 }] });
  writeFileSync(path, bytes.subarray(0, 12_288));
  const told = "it has no chunk map yet, which NIS-Elements writes last: it is still being recorded or copied";
  expect(await whatIsMissing(path, systemFileSystem)).toBe(`${told} (12288 bytes so far)`);
  writeFileSync(path, bytes);
  expect(await whatIsMissing(path, systemFileSystem)).toMatch(/^it is complete, with 3 frames/);
  expect(await whatIsMissing(`${path}x`, systemFileSystem)).toBe("it is not there any more");
});
