/** Files read at once: two keep a disk busy, more would only delay the frame that came first. */
const AT_ONCE = 2;

/** Two lines for a few readers: what arrives now goes before what lay there when we came. */
export class Readers<T> {
  readonly #read: (item: T) => Promise<void>;
  readonly #onRead: () => void;
  readonly #live: T[] = [];
  readonly #backlog: T[] = [];
  readonly #reading = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  /**
   * @param read must not reject.
   * @param onRead called after each, when those that can have been begun in its place.
   */
  constructor(read: (item: T) => Promise<void>, onRead: () => void) {
    this.#read = read;
    this.#onRead = onRead;
  }

  /** Being read or in line for it. */
  get size(): number {
    return this.#live.length + this.#backlog.length + this.#reading.size;
  }

  add(item: T, backlog: boolean): void {
    (backlog ? this.#backlog : this.#live).push(item);
    this.#fill();
  }

  /** Resolves when nothing is being read or in line for it. */
  async idle(): Promise<void> {
    while (this.#reading.size > 0) await Promise.race(this.#reading);
  }

  /** Empties both lines; resolves when the last file is closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#live.length = 0;
    this.#backlog.length = 0;
    await this.idle();
  }

  #fill(): void {
    while (!this.#stopping.signal.aborted && this.#reading.size < AT_ONCE) {
      const item = this.#live.shift() ?? this.#backlog.shift();
      if (item === undefined) return;
      const done = this.#read(item).finally(() => {
        this.#reading.delete(done);
        this.#fill();
        this.#onRead();
      });
      this.#reading.add(done);
    }
  }
}
