import { type Store, toJson } from "./database.js";
import type { ModelFacts } from "./types.js";

export interface ModelsRepository {
  /**
   * Writes a model down, once: the same role, name, version and weights are the same row.
   * @returns the row's id.
   */
  registerModel(facts: ModelFacts): number;
}

export function createModels(store: Store): ModelsRepository {
  const { db } = store;
  const find = db.prepare("SELECT id FROM models WHERE role = ? AND name = ? AND version = ? AND sha256 = ?").pluck();
  const insert = db.prepare(
    "INSERT INTO models (role, name, version, sha256, card_json, registered_ms) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const addCard = db.prepare("UPDATE models SET card_json = ? WHERE id = ? AND card_json IS NULL");

  return {
    registerModel({ role, name, version, sha256, card }) {
      return store.atomic(() => {
        const id = find.get(role, name, version, sha256) as number | undefined;
        if (id === undefined) {
          const added = insert.run(role, name, version, sha256, toJson(card), store.clock.now());
          return Number(added.lastInsertRowid);
        }
        if (card !== undefined) addCard.run(toJson(card), id);
        return id;
      });
    },
  };
}
