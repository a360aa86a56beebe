import { openLedgerReader } from "../../ledger/open.js";
import { openDayFile } from "../../report/page/day-file.js";
import { dayPage, pagePath } from "../../report/page/page.js";
import { createMapReader } from "../../report/page/read-maps.js";
import { createPictureReader } from "../../report/page/read-pictures.js";
import { type WrittenFile, writeParts } from "../../report/write-parts.js";
import type { Clock } from "../../system/clock.js";
import { dayGaps } from "./day-gaps.js";
import type { DayPageRequest } from "./day-page-process.js";

export interface WrittenPage extends WrittenFile {
  /** Time points of the day without a file. */
  readonly missing: number;
}

/**
 * Writes the page of a day from its daily log. It decodes frames, which the supervisor's process never does.
 * @throws RF_LEDGER_MISSING, RF_DISK_FULL, RF_OUTPUT_UNWRITABLE
 */
export async function writeDayPage(request: DayPageRequest, clock: Clock): Promise<WrittenPage> {
  const { log, pictures, maxPixels } = request;
  const file = openDayFile(log);
  try {
    const ledger = openLedgerReader(request.ledger, { clock });
    const gaps = (() => {
      try {
        return dayGaps(file, ledger, request.rules);
      } finally {
        ledger.close();
      }
    })();
    const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
    const page = await writeParts(
      pagePath(log),
      dayPage({ file, gaps, pictures, readPictures: createPictureReader(maxPixels), readMaps: createMapReader() }),
    );
    return { ...page, missing };
  } finally {
    file.close();
  }
}
