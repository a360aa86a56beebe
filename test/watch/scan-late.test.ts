import { expect, it } from "vitest";
import { fakeWatch } from "./support/fake-watch.js";

it("is on time while scans go on, with the folder and without it", async () => {
  const { clock, fs, watcher } = fakeWatch();
  await watcher.start();
  await clock.advance(10_500);
  expect(watcher.status()).toMatchObject({ scanLateMs: 0, scans: 11 });
  fs.away = { root: "/w", how: "unmounted" };
  await clock.advance(600_000);
  expect(watcher.status()).toMatchObject({ scanLateMs: 0, rootPresent: false });
  await watcher.stop();
});

it("is late from the moment at which a share no longer answers", async () => {
  const { clock, fs, watcher } = fakeWatch();
  await watcher.start();
  await clock.advance(500);
  const { readdir } = fs;
  let answer = () => {};
  fs.readdir = async (folder) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return readdir.call(fs, folder);
  };
  await clock.advance(60_500);
  expect(watcher.status().scanLateMs).toBe(60_000);
  fs.readdir = readdir;
  answer();
  await clock.advance(100);
  expect(watcher.status().scanLateMs).toBe(0);
  await watcher.stop();
});

it("is on time while a long scan gets on slowly", async () => {
  const { clock, fs, watcher } = fakeWatch();
  for (let i = 0; i < 12_800; i++) fs.write(`/w/t${i}.tif`, "<x>");
  const { stat } = fs;
  fs.stat = async (name) => {
    await clock.sleep(1_000);
    return stat.call(fs, name);
  };
  await watcher.start();
  let latest = 0;
  for (let s = 0; s < 100; s++) {
    await clock.advance(1_000);
    latest = Math.max(latest, watcher.status().scanLateMs);
  }
  // 12,800 files, 128 at once, 1 s each.
  expect(watcher.status().scans).toBe(0);
  expect(latest).toBeLessThanOrEqual(33_000);
  fs.stat = stat;
  await clock.advance(200_000);
  await watcher.stop();
});

it("is late when it was made and never scans", async () => {
  const { clock, watcher } = fakeWatch();
  await clock.advance(5_000);
  expect(watcher.status().scanLateMs).toBe(5_000);
});
