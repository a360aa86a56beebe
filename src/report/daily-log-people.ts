import { readFileSync } from "node:fs";
import type BetterSqlite3 from "better-sqlite3";
import { CATALOGUE } from "../errors/catalogue.js";
import { type DailyLogFacts, readmeRows } from "./daily-log-readme.js";
import { meaningOf } from "./dictionary.js";
import { comparePlaces, placeOf } from "./place.js";
import { TRUST_VERDICT } from "./trust-verdict.js";

const VIEWS = readFileSync(new URL("./daily-log-views.sql", import.meta.url), "utf8").replace(
  /(?<=^ {2}):TRUST_VERDICT\b/m,
  () => TRUST_VERDICT,
);

/** The views that are made for people, in the order in which they are worth opening. */
export const PEOPLE_VIEWS = ["summary", "by_position", "today", "defocused", "problems", "timeline"] as const;

/** What a daily log has beyond the ledger's own tables and views: all that makes it readable without anything else. */
export function addForPeople(db: BetterSqlite3.Database, facts: DailyLogFacts): void {
  db.exec(`
    CREATE TABLE readme (line INTEGER PRIMARY KEY, text TEXT NOT NULL, sql TEXT);
    CREATE TABLE places (root TEXT NOT NULL, series TEXT NOT NULL, place TEXT NOT NULL, plane TEXT NOT NULL, rank INTEGER NOT NULL,
      PRIMARY KEY (root, series));
    CREATE TABLE error_codes (code TEXT PRIMARY KEY, what TEXT NOT NULL, todo TEXT NOT NULL, retryable INTEGER NOT NULL);
    CREATE TABLE dictionary (relation TEXT NOT NULL, column TEXT NOT NULL, storage TEXT NOT NULL, unit TEXT, meaning TEXT,
      PRIMARY KEY (relation, column));
  `);
  const addLine = db.prepare("INSERT INTO readme (text, sql) VALUES (?, ?)");
  for (const { text, sql } of readmeRows(facts)) addLine.run(text, sql);
  const addFact = db.prepare("INSERT INTO meta (key, value) VALUES (?, ?)");
  for (const [key, value] of Object.entries(facts)) addFact.run(`daily-log.${key}`, String(value));
  const addCode = db.prepare("INSERT INTO error_codes VALUES (?, ?, ?, ?)");
  for (const [code, { what, todo, retryable }] of Object.entries(CATALOGUE)) addCode.run(code, what, todo, +retryable);
  addPlaces(db);
  db.exec(VIEWS);
  addDictionary(db);
}

function addPlaces(db: BetterSqlite3.Database): void {
  const sql = "SELECT DISTINCT root, series_key AS series FROM frames WHERE series_key IS NOT NULL";
  const rows = (db.prepare(sql).all() as { root: string; series: string }[])
    .map((row) => ({ ...row, ...placeOf(row.series) }))
    .sort((a, b) => comparePlaces(a.place, b.place) || comparePlaces(a.plane, b.plane));
  const add = db.prepare("INSERT INTO places VALUES (@root, @series, @place, @plane, @rank)");
  for (const [rank, row] of rows.entries()) add.run({ ...row, rank });
}

function addDictionary(db: BetterSqlite3.Database): void {
  // What a view computes has no declared type.
  const columns = db
    .prepare(
      `SELECT s.name AS relation, c.name AS column, c.type AS declared FROM main.sqlite_schema s, pragma_table_info(s.name) c
       WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%' ORDER BY s.type DESC, s.rowid, c.cid`,
    )
    .all() as { relation: string; column: string; declared: string }[];
  const add = db.prepare("INSERT INTO dictionary VALUES (?, ?, ?, ?, ?)");
  for (const { relation, column, declared } of columns) {
    const found = meaningOf(relation, column);
    add.run(relation, column, declared.toLowerCase(), found?.unit ?? null, found?.meaning ?? null);
  }
}
