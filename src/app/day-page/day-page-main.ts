// A process that writes the page of one day and ends; what to write is told as JSON in its only argument. Pictures are decoded here, so that
// neither their memory nor a crash of native code is the supervisor's.
import { setPriority } from "node:os";
import { asRefocusdError } from "../../errors/refocusd-error.js";
import { systemClock } from "../../system/clock.js";
import { writeDayPage } from "./day-page.js";
import type { DayPageRequest } from "./day-page-process.js";

try {
  setPriority(19); // frames go before
  await writeDayPage(JSON.parse(process.argv[2] ?? "") as DayPageRequest, systemClock);
} catch (error) {
  process.stderr.write(asRefocusdError(error).message);
  process.exitCode = 1;
}
