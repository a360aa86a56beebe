/** Keys by the time at which each is due; a key has one time, the one set last. Binary heap, stale entries skipped. */
export class DueQueue {
  readonly #due = new Map<string, number>();
  #heap: { readonly key: string; readonly dueMs: number }[] = [];

  set(key: string, dueMs: number): void {
    if (this.#due.get(key) === dueMs) return;
    this.#due.set(key, dueMs);
    // Entries that were overtaken stay in the heap until they surface; a long wait with many changes would pile them up.
    if (this.#heap.length > 2 * this.#due.size + 64) this.#rebuild();
    else this.#push({ key, dueMs });
  }

  delete(key: string): void {
    this.#due.delete(key);
  }

  /** When the first key is due. */
  next(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.dueMs;
  }

  /** Takes out all keys that are due at `nowMs`, earliest first. */
  take(nowMs: number): string[] {
    const keys: string[] = [];
    for (let next = this.next(); next !== undefined && next <= nowMs; next = this.next()) {
      const { key } = this.#heap[0]!;
      keys.push(key);
      this.#due.delete(key);
    }
    return keys;
  }

  #dropStale(): void {
    for (let top = this.#heap[0]; top !== undefined && this.#due.get(top.key) !== top.dueMs; top = this.#heap[0]) {
      const last = this.#heap.pop()!;
      if (this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#sink();
      }
    }
  }

  #rebuild(): void {
    this.#heap = [];
    for (const [key, dueMs] of this.#due) this.#push({ key, dueMs });
  }

  #push(entry: { readonly key: string; readonly dueMs: number }): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.dueMs <= entry.dueMs) break;
      heap[at] = heap[parent]!;
      heap[parent] = entry;
      at = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    const entry = heap[0]!;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && heap[right]!.dueMs < heap[left]!.dueMs ? right : left;
      if (heap[child]!.dueMs >= entry.dueMs) return;
      heap[at] = heap[child]!;
      heap[child] = entry;
      at = child;
    }
  }
}
