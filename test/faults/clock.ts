import { appendFileSync, writeFileSync } from "node:fs";

/**
 * The clock of the daemon under test. The preload reads from a file by how much it differs from the true one, and since when; so it can be
 * moved while the daemon runs, and stamps of files are told as if the kernel's clock had been moved at the same moment.
 */
export class MovedClock {
  readonly file: string;
  #offsetMs = 0;

  constructor(file: string) {
    this.file = file;
    writeFileSync(file, "");
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** @param moment such as 2026-10-25T01:59:55+02:00 */
  setTo(moment: string): void {
    this.#offsetMs = Date.parse(moment) - Date.now();
    appendFileSync(this.file, `${Date.now()} ${this.#offsetMs}\n`);
  }
}
