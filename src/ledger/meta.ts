import type { Store } from "./database.js";

export interface MetaRepository {
  /** A small fact that outlives restarts (the last daily log …). */
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
}

export function createMeta(store: Store): MetaRepository {
  const get = store.db.prepare("SELECT value FROM meta WHERE key = ?").pluck();
  const set = store.db.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    getMeta: (key) => get.get(key) as string | undefined,
    setMeta(key, value) {
      store.atomic(() => set.run(key, value));
    },
  };
}
