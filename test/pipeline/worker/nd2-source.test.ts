import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createNd2Source, type Nd2Job } from "../../../src/pipeline/worker/nd2-source.js";
import { nd2File, testValue } from "../../support/nd2-writer.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "refocusd-nd2-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(bytes: Buffer): Nd2Job {
  const path = join(folder, "a.nd2");
  writeFileSync(path, bytes);
  const { size, mtimeMs, ctimeMs } = statSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { path, page: 0, sha256, stat: { size, mtimeMs, ctimeMs }, maxPixels: 1e6 };
}

const bytes = nd2File({ width: 8, height: 8, loops: [{ kind: "time", count: 3 }] });

it("reads page after page of the file that was settled", async () => {
  const read = createNd2Source();
  const job = write(bytes);
  for (const page of [0, 2, 1]) expect((await read({ ...job, page })).frame.data[0]).toBe(testValue(page, 0, 0, 0));
});

it("takes a file whose stamps changed by its hash, and no other content", async () => {
  const read = createNd2Source();
  const job = write(bytes);
  await read(job);
  utimesSync(job.path, 1, 2);
  expect((await read({ ...job, page: 1 })).frame.data[0]).toBe(testValue(1, 0, 0, 0));
  const other = Buffer.from(bytes);
  other.write("other pixels", bytes.indexOf("ImageDataSeq|1!") + 4080);
  write(other);
  await expect(read({ ...job, page: 1 })).rejects.toMatchObject({ code: "RF_SOURCE_CHANGED" });
});

it("says when the file is gone", async () => {
  const read = createNd2Source();
  const job = write(bytes);
  await read(job);
  rmSync(job.path);
  await expect(read(job)).rejects.toMatchObject({ code: "RF_SOURCE_GONE" });
});
