/** One row of the table `readme`: a sentence, or a question and the SQL that answers it. */
export interface ReadmeRow {
  readonly text: string;
  readonly sql: string | null;
}

export interface DailyLogFacts {
  readonly day: string;
  readonly timeZone: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly writtenMs: number;
  /** The ledger it was taken from. */
  readonly ledger: string;
}

export function readmeRows(facts: DailyLogFacts): ReadmeRow[] {
  const written = new Date(facts.writtenMs).toISOString();
  const soFar = facts.writtenMs < facts.endMs ? " The day was not over then: this is what had happened so far." : "";
  const say = (text: string): ReadmeRow => ({ text, sql: null });
  const ask = (text: string, sql: string): ReadmeRow => ({ text, sql });
  return [
    say(`refocusd's log of ${facts.day} (${facts.timeZone}), written at ${written} from ${facts.ledger}.${soFar}`),
    say("It holds every frame to which something happened on that day, with its whole story, and needs nothing else."),
    say("Frames appear in the state they had when this file was written; views show the newest content of each file."),
    say("Tables give times as milliseconds since 1970 UTC (…_ms); views give them in the time zone of the reader."),
    say("A reconstruction is computed, not measured: `trust` (0 to 1) tells how far it can be believed."),
    say(
      "Views for people: summary, by_position, today, defocused, problems, timeline. Those with v_ are the ledger's own.",
    ),
    say("What each column means, and in which unit, is in the table dictionary; what each code means, in error_codes."),
    ask("How was the day?", "SELECT * FROM summary"),
    ask("How did each position do?", "SELECT * FROM by_position"),
    ask("What became of each frame?", "SELECT * FROM today"),
    ask("Which frames were out of focus, and where is the repaired one?", "SELECT * FROM defocused"),
    ask("Which reconstructions deserve a look first?", "SELECT * FROM v_reconstructions ORDER BY trust LIMIT 20"),
    ask("What went wrong, and what is to be done?", "SELECT * FROM problems"),
    ask("When did frames come, and were there pauses?", "SELECT * FROM timeline"),
    ask("How complete is each time-lapse?", "SELECT * FROM v_summary_by_series"),
    ask("How even was each time-lapse, and how far did the focus drive go?", "SELECT * FROM v_series_course"),
    ask("Everything about one frame", "SELECT * FROM v_frames WHERE file = '…'"),
    ask("What happened, in order?", "SELECT * FROM v_events ORDER BY id"),
    ask("What does a column mean?", "SELECT * FROM dictionary WHERE relation = 'today'"),
  ];
}
