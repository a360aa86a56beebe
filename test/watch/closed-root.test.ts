import { expect, it } from "vitest";
import { silentLog } from "../../src/log/log.js";
import { fakeWatch } from "./support/fake-watch.js";

it("tells once that the watched folder must not be listed, and once that it may be again", async () => {
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const { fs, watcher } = fakeWatch({}, { ...silentLog, info: say, warn: say });
  await watcher.scanOnce();
  const list = fs.readdir.bind(fs);
  fs.readdir = () => Promise.reject(Object.assign(new Error("EACCES"), { code: "EACCES" }));
  for (let k = 0; k < 3; k++) await watcher.scanOnce();
  expect(watcher.status()).toMatchObject({ rootPresent: false, rootProblem: "EACCES" });
  fs.readdir = list;
  for (let k = 0; k < 3; k++) await watcher.scanOnce();
  expect(watcher.status().rootPresent).toBe(true);
  expect(said).toEqual(["the watched folder is not there", "the watched folder is there again"]);
});
