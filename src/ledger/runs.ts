import type { Store } from "./database.js";
import type { RunFacts } from "./types.js";

export interface RunsRepository {
  /**
   * From now on everything is written on behalf of this run. Frames that wait from before become backlog.
   * @returns the run's id.
   */
  startRun(facts: RunFacts): number;
  endRun(id: number): void;
}

export function createRuns(store: Store): RunsRepository {
  const { db } = store;
  const insert = db.prepare(
    `INSERT INTO runs (version, config_sha256, host, engine_name, engine_version, engine_device, node_version, platform, cpu,
       started_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const makeBacklog = db.prepare("UPDATE frames SET is_live = 0 WHERE state = 'ready' AND is_live = 1");
  const end = db.prepare("UPDATE runs SET ended_ms = ? WHERE id = ? AND ended_ms IS NULL");

  return {
    startRun({ version, configSha256, host, engine, machine }) {
      return store.atomic(() => {
        const startedMs = store.clock.now();
        const engineFacts = [engine?.name ?? null, engine?.version ?? null, engine?.device ?? null];
        const machineFacts = [machine?.node ?? null, machine?.platform ?? null, machine?.cpu ?? null];
        const facts = [...engineFacts, ...machineFacts];
        const { lastInsertRowid } = insert.run(version, configSha256, host, ...facts, startedMs);
        makeBacklog.run();
        store.run = { id: Number(lastInsertRowid), startedMs };
        return store.run.id;
      });
    },

    endRun(id) {
      store.atomic(() => end.run(store.clock.now(), id));
      if (store.run?.id === id) store.run = null;
    },
  };
}
