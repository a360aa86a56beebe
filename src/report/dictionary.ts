/** What a column means. */
export interface Meaning {
  readonly meaning: string;
  /** Of the values, where they have one. */
  readonly unit?: string;
}

const MS = "ms since 1970 UTC";
const UM = "µm";

/** Columns mean the same wherever they appear; those that do not are told as `table.column`. */
const MEANINGS: Readonly<Record<string, string | readonly [meaning: string, unit: string]>> = {
  // which frame
  frame_id: "row of the frame in the table frames",
  path: "source file, as the microscope wrote it; it is never changed",
  file: "name of the source file, without its folder",
  page: ["page or plane within the file, from 0", "count"],
  pages: ["pages of the file", "count"],
  root: "watched folder in which the source lies",
  revision: ["number of the file's content, from 1: it goes up when the file is overwritten", "count"],
  is_current: "1: this is the newest content of the file",
  type: "kind of file: tiff, png, jpeg, nd2",
  sha256: "SHA-256 of the file's bytes, hexadecimal",
  source_sha256: "SHA-256 of the source's bytes, hexadecimal",
  size_bytes: ["size of the file", "bytes"],
  mtime_ms: ["when the file was last written, as its file system tells", MS],
  stat_size_bytes: ["size when the file was last looked at", "bytes"],
  stat_mtime_ms: ["last writing when the file was last looked at", MS],
  stat_ctime_ms: ["last change of the file's entry when it was last looked at", MS],
  source_unchanged: "1: the source still has the content from which this was made",

  // its place
  place: "position in words: folder, name, well and position, without channel and z",
  plane: "channel and z of the series, in words",
  rank: ["order of the place among all of the day", "count"],
  series_key: "folder|name|well|position|channel|z: frames that share it are one time-lapse",
  series: "folder|name|well|position|channel|z: frames that share it are one time-lapse",
  well: "well, as the name tells",
  position: "stage position, as the name tells",
  time_index: ["time point, as the name tells", "count"],
  z_index: ["z plane, as the name tells", "count"],
  channel: "channel, as the name tells",
  seq: ["running number over all loops, as the name tells", "count"],
  name_unread: "1: no pattern reads the file's name",

  // its pixels and how they were taken
  width: ["width of the frame", "px"],
  height: ["height of the frame", "px"],
  channels: ["colours: 1 mono, 3 RGB", "count"],
  bit_depth: ["bits per value in the file", "bit"],
  pixel_size_um: ["size of a pixel in the specimen", UM],
  acquired_ms: ["when it was taken, since the acquisition started", "ms"],
  acquired_s: ["when it was taken, since the acquisition started", "s"],
  acquired_at_ms: ["when it was taken; some exports write the start of the acquisition into every file", MS],
  acquired_at: "when it was taken; some exports write the start of the acquisition into every file",
  stage_x_um: ["stage position x", UM],
  stage_y_um: ["stage position y", UM],
  stage_z_um: ["what the focus drive read", UM],
  objective: "objective, as the file tells",
  na: ["numerical aperture", "1"],
  magnification: ["magnification of the objective", "1"],
  emission_nm: ["emission wavelength", "nm"],
  exposure_ms: ["exposure time", "ms"],
  camera: "camera, as the file tells",
  channel_name: "channel, as the file tells",
  facts_json: "all that the file tells, as JSON",

  // the verdict
  state:
    "seen, ready, working: still open; done: it has a verdict; quarantined: set aside; gone: removed before; superseded: overwritten before",
  verdict: "focused, defocused, uncertain or blank; empty without one",
  p_defocused: ["probability of being out of focus; empty for a blank frame", "0 to 1"],
  focus_map_json: "P(defocused) of each tile, rows of columns, as JSON",
  focus_map: "P(defocused) of each tile, rows of columns, as JSON; empty once the story has left the ledger",
  scores_json: "other numbers that were measured, as JSON",
  focused_below: ["p_defocused below this was judged focused", "0 to 1"],
  defocused_above: ["p_defocused above this was judged defocused", "0 to 1"],
  timings_json: "how long each step took, in ms, as JSON",
  classifier: "model that judged",
  classifier_sha256: "SHA-256 of that model's weights, hexadecimal",
  classifier_id: "model that judged: row in models",
  reconstructor_id: "model that reconstructed: row in models",
  engine: "what executed the networks",
  engine_name: "what executed the networks",
  engine_version: "its version",
  engine_device: "what it computed on",

  // the reconstruction
  reconstruction: "file of the reconstruction; empty without one. It is computed, not measured",
  reconstruction_sha256: "SHA-256 of the reconstruction's bytes, hexadecimal",
  reconstructor: "model that reconstructed",
  reconstructor_sha256: "SHA-256 of that model's weights, hexadecimal",
  trust: ["how far the reconstruction can be believed; empty where it was not estimated", "0 to 1"],
  source: "source from which it was made",
  model: "name of the model that made it",
  model_id: "model that made it: row in models",
  model_version: "version of the model that made it",
  model_sha256: "SHA-256 of that model's weights, hexadecimal",
  created_ms: ["when it was written", MS],
  created_at: "when it was written",

  // what went wrong
  error_code: "what went wrong, as a code; see error_codes",
  error_detail: "what went wrong, in detail",
  failed_attempts: ["attempts that failed", "count"],
  not_before_ms: ["not tried again before", MS],
  retry_not_before_ms: ["not tried again before", MS],
  since: "since when",
  tried_again_at: "when it is tried again",
  code: "code of an error",
  what: "what happened",
  todo: "what to do about it",
  retryable: "1: it can pass by itself",

  // times
  seen_ms: ["when the file was first seen", MS],
  seen_at: "when the file was first seen",
  last_change_ms: ["when the file last changed before it was complete", MS],
  settled_ms: ["when the file was found complete", MS],
  settled_at: "when the file was found complete",
  arrived_at: "when the file was found complete, or first seen if it never was",
  started_ms: ["when work on it began", MS],
  finished_ms: ["when it came to its end", MS],
  finished_at: "when it came to its end",
  ended_ms: ["when it ended", MS],
  latency_s: ["from complete to judged (and reconstructed)", "s"],
  is_live: "1: it came while refocusd ran, and goes before those that were there already",
  archived_day: "the day in whose file the story of this frame is; empty while it is here",

  // counts
  frames: ["frames", "count"],
  focused: ["frames in focus", "count"],
  defocused: ["frames out of focus", "count"],
  uncertain: ["frames between the two", "count"],
  blank: ["frames that show nothing", "count"],
  reconstructed: ["frames with a reconstruction", "count"],
  problems: ["frames that were set aside or lost", "count"],
  pending: ["frames that are still open", "count"],
  defocused_percent: ["share of frames out of focus among those with a verdict", "%"],
  mean_p_defocused: ["mean of p_defocused", "0 to 1"],
  max_p_defocused: ["largest p_defocused", "0 to 1"],
  first_time_index: ["first time point", "count"],
  last_time_index: ["last time point", "count"],
  first_arrived_at: "when the first frame arrived",
  last_arrived_at: "when the last frame arrived",
  first_settled_at: "when the first file was found complete",
  last_settled_at: "when the last file was found complete",
  hour: "hour of the day, local",
  longest_pause_s: ["longest time in which no frame arrived, told with the later one", "s"],
  mean_latency_s: ["mean of latency_s", "s"],
  max_latency_s: ["largest latency_s", "s"],
  value: "value",
  "summary.what": "what is told",

  // series in time and z
  interval_s: ["true time since the time point before", "s"],
  z_step_um: ["way of the focus drive since the time point before", UM],
  is_first: "1: first time point of the series",
  is_last: "1: last time point of the series",
  mean_interval_s: ["mean true time between time points", "s"],
  shortest_interval_s: ["shortest true time between time points", "s"],
  longest_interval_s: ["longest true time between time points", "s"],
  first_z_um: ["focus drive at the first time point", UM],
  last_z_um: ["focus drive at the last time point", UM],
  lowest_z_um: ["lowest reading of the focus drive", UM],
  highest_z_um: ["highest reading of the focus drive", UM],

  // the log itself
  id: "row",
  run_id: "run of refocusd: row in runs",
  number: ["which attempt, from 1", "count"],
  outcome: "how the attempt ended: done, failed, interrupted, released",
  version: "version",
  config_sha256: "SHA-256 of the effective configuration, hexadecimal",
  host: "computer on which it ran",
  role: "classifier or reconstructor",
  name: "name",
  card_json: "the model's card, as JSON",
  registered_ms: ["when the model was first used", MS],
  at: "when",
  at_ms: ["when", MS],
  kind: "what happened",
  detail: "details, as JSON",
  detail_json: "details, as JSON",
  reviewer: "who looked at it",
  note: "what was noted",
  reviewed_ms: ["when it was looked at", MS],
  key: "what is told",
  line: "order",
  text: "a sentence, or a question",
  sql: "the query that answers it",
  relation: "table or view",
  column: "column",
  storage: "kind of value",
  meaning: "what it means",
  unit: "unit",
};

/** @returns undefined for a column that the dictionary does not know */
export function meaningOf(relation: string, column: string): Meaning | undefined {
  const found = MEANINGS[`${relation}.${column}`] ?? MEANINGS[column];
  if (found === undefined) return undefined;
  return typeof found === "string" ? { meaning: found } : { meaning: found[0], unit: found[1] };
}
