import { expect, test } from "vitest";
import { type ConsoleFacts, consoleStyle } from "../../src/log/console-style.js";

const facts = (over: Partial<ConsoleFacts>) => ({ env: {}, isTTY: true, dev: 8, ino: 1234, ...over });
const human = (colour: boolean) => ({ kind: "human", colour });

test.each([
  ["a terminal", facts({}), human(true)],
  ["a pipe or a file", facts({ isTTY: false }), human(false)],
  ["NO_COLOR", facts({ env: { NO_COLOR: "1" } }), human(false)],
  ["an empty NO_COLOR, which means nothing", facts({ env: { NO_COLOR: "" } }), human(true)],
  ["a terminal that cannot", facts({ env: { TERM: "dumb" } }), human(false)],
  ["the journal", facts({ env: { JOURNAL_STREAM: "8:1234" }, isTTY: false }), { kind: "journal" }],
  ["a terminal that inherited JOURNAL_STREAM", facts({ env: { JOURNAL_STREAM: "8:99" } }), human(true)],
])("%s", (_name, given, expected) => {
  expect(consoleStyle(given)).toEqual(expected);
});
