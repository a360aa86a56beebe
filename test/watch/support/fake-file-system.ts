import path from "node:path";
import type { Clock } from "../../../src/system/clock.js";
import type { DirEntry, EntryKind, FileStat, FileSystem, OpenFile } from "../../../src/system/file-system.js";

interface Node {
  kind: EntryKind;
  content: string;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  /** True time of the last change, whatever the stamps say. */
  changedMs: number;
  /** Errno that opening it fails with. */
  locked?: string | undefined;
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused`), { code, errno: -1, syscall: "open" });
}

/** Folders and files in memory. Content is a short text; its hash is the text itself. */
export class FakeFileSystem implements FileSystem {
  readonly #nodes = new Map<string, Node>();
  readonly #clock: Clock;
  #ino = 100;
  /** How far the clock that stamps the files is ahead of ours. */
  stampOffsetMs = 0;
  /** How long a hash takes. The first half is read at the beginning, the second at the end. */
  hashMs = 0;
  /** Set: every call fails with this errno. */
  broken: string | undefined;
  /** Set: this folder and all in it is away; `unmounted` leaves an empty folder in its place. */
  away: { readonly root: string; readonly how: "removed" | "unmounted" } | undefined;
  awaySinceMs = Number.NEGATIVE_INFINITY;
  stats = 0;
  /** Folders listed so far. */
  listed = 0;
  openNow = 0;
  mostOpen = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  folder(name: string): void {
    this.#nodes.set(name, this.#node("directory", ""));
  }

  special(name: string): void {
    this.#nodes.set(name, this.#node("other", ""));
  }

  /** @param keptMtimeMs the mtime that a copying program carries over. */
  write(name: string, content: string, keptMtimeMs?: number): void {
    if (!this.#nodes.has(name)) this.#stampFolder(name);
    this.writeUnstamped(name, content, keptMtimeMs);
  }

  /** As `write`, but the folder that it lies in does not show that a name was added. */
  writeUnstamped(name: string, content: string, keptMtimeMs?: number): void {
    const node = this.#nodes.get(name) ?? this.#node("file", "");
    const stamp = this.#clock.now() + this.stampOffsetMs;
    Object.assign(node, { content, mtimeMs: keptMtimeMs ?? stamp, ctimeMs: stamp, changedMs: this.#clock.now() });
    this.#nodes.set(name, node);
  }

  lock(name: string, errno: string | undefined): void {
    this.#nodes.get(name)!.locked = errno;
  }

  rename(from: string, to: string): void {
    const node = this.#nodes.get(from);
    if (node === undefined) return;
    this.#nodes.delete(from);
    node.ctimeMs = this.#clock.now() + this.stampOffsetMs;
    node.changedMs = this.#clock.now();
    this.#nodes.set(to, node);
    this.#stampFolder(from);
    this.#stampFolder(to);
  }

  /** Removes it and everything in it. */
  remove(name: string): void {
    if (this.#nodes.has(name)) this.#stampFolder(name);
    for (const other of [...this.#nodes.keys()]) {
      if (other === name || other.startsWith(`${name}/`)) this.#nodes.delete(other);
    }
  }

  content(name: string): string | undefined {
    return this.#nodes.get(name)?.content;
  }

  stamps(name: string): { readonly mtimeMs: number; readonly ctimeMs: number } | undefined {
    return this.#nodes.get(name);
  }

  changedMs(name: string): number {
    return this.#nodes.get(name)?.changedMs ?? Number.NEGATIVE_INFINITY;
  }

  files(): string[] {
    return [...this.#nodes].filter(([, { kind }]) => kind === "file").map(([name]) => name);
  }

  async readdir(folder: string): Promise<DirEntry[]> {
    this.listed++;
    if (this.broken !== undefined) throw failure(this.broken);
    if (this.#emptyRoot(folder) !== undefined) return [];
    if (this.#visible(folder)?.kind !== "directory") throw failure("ENOENT");
    const inside = [...this.#nodes].filter(([name]) => path.dirname(name) === folder);
    return inside.map(([name, { kind }]) => ({ name: path.basename(name), kind }));
  }

  async stat(name: string): Promise<FileStat | undefined> {
    this.stats++;
    if (this.broken !== undefined) throw failure(this.broken);
    const node = this.#emptyRoot(name) ?? this.#visible(name);
    if (node === undefined) return undefined;
    const { kind, content, mtimeMs, ctimeMs, ino } = node;
    return { kind, size: content.length, mtimeMs, ctimeMs, ino };
  }

  async open(name: string): Promise<OpenFile> {
    const node = this.#visible(name);
    if (node === undefined) throw failure("ENOENT");
    if (node.locked !== undefined) throw failure(node.locked);
    this.openNow++;
    this.mostOpen = Math.max(this.mostOpen, this.openNow);
    return {
      size: node.content.length,
      hash: () => this.hash(name),
      read: async (offset, length) => Buffer.from(node.content.slice(offset, offset + length)),
      close: async () => {
        this.openNow--;
      },
    };
  }

  async hash(name: string): Promise<string> {
    const half = (part: "first" | "second") => {
      const content = this.#visible(name)?.content;
      if (content === undefined) throw failure("ENOENT");
      const middle = content.length >> 1;
      return part === "first" ? content.slice(0, middle) : content.slice(middle);
    };
    const first = half("first");
    if (this.hashMs > 0) await this.#clock.sleep(this.hashMs);
    return first + half("second");
  }

  #visible(name: string): Node | undefined {
    const root = this.away?.root;
    const isAway = root !== undefined && (name === root || name.startsWith(`${root}/`));
    return isAway ? undefined : this.#nodes.get(name);
  }

  #stampFolder(name: string): void {
    const folder = this.#nodes.get(path.dirname(name));
    const stamp = this.#clock.now() + this.stampOffsetMs;
    if (folder !== undefined) Object.assign(folder, { mtimeMs: stamp, ctimeMs: stamp });
  }

  #emptyRoot(name: string): Node | undefined {
    if (this.away?.how !== "unmounted" || name !== this.away.root) return undefined;
    return { kind: "directory", content: "", mtimeMs: 0, ctimeMs: 0, ino: 1, changedMs: 0 };
  }

  #node(kind: EntryKind, content: string): Node {
    const now = this.#clock.now();
    const stamp = now + this.stampOffsetMs;
    return { kind, content, mtimeMs: stamp, ctimeMs: stamp, ino: this.#ino++, changedMs: now };
  }
}
