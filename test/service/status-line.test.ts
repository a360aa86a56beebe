import { expect, test } from "vitest";
import { type StatusFacts, statusLine } from "../../src/service/status-line.js";

const facts: StatusFacts = {
  folders: [
    { path: "/srv/export", missing: false },
    { path: "/mnt/share", missing: false },
  ],
  frames: { inHand: 3, waiting: 120, doneToday: 14_203, problems: 12 },
  stuck: [],
  refusal: undefined,
};

test("says what is going on", () => {
  expect(statusLine(facts)).toBe("watching 2 folders; 3 in hand, 120 waiting; 14,203 done today, 12 problems");
  const quiet = { inHand: 0, waiting: 0, doneToday: 0, problems: 1 };
  expect(statusLine({ ...facts, folders: facts.folders.slice(1), frames: quiet })).toBe(
    "watching 1 folder; 0 in hand, 0 waiting; 0 done today, 1 problem",
  );
});

test("says first what is wrong", () => {
  const folders = [{ path: "/mnt/share", missing: true }];
  expect(statusLine({ folders, frames: undefined, stuck: ["a", "b"], refusal: "RF_DISK_FULL" })).toBe(
    "NO PROGRESS: a; b; HELD UP: RF_DISK_FULL; NOT THERE: /mnt/share; watching 1 folder",
  );
  expect(statusLine({ ...facts, overdue: 12 })).toMatch(/^OVERDUE: 12 series; watching 2 folders;/);
});

test("is one line, whatever a folder is called", () => {
  expect(statusLine({ ...facts, folders: [{ path: "/a\nWATCHDOG=1\r\tb", missing: true }] })).toMatch(
    /^NOT THERE: \/a WATCHDOG=1 b; watching 1 folder;[^\n]*$/,
  );
});
