/** What the name of an exported file tells. Numbers of positions and channels stay as they are written: `xy01` → "01". */
export interface NameParse {
  /** What comes before the dimensions: the name of the experiment, or of the run. May be empty. */
  readonly prefix: string;
  readonly well?: string;
  readonly position?: string;
  readonly time?: number;
  readonly z?: number;
  readonly channel?: string;
  /** Running number over all loops of a JOBS run. */
  readonly seq?: number;
}

const EXTENSION = /(?:\.ome)?\.(?:tiff?|png|jpe?g|nd2)$/i;

/**
 * Reads the dimensions out of a file name as NIS-Elements writes it in "ND export" (`exp_t001xy01c1.tif`, the tokens in
 * any order) and in JOBS (`WellA01_PointA01_0000_ChannelDAPI_Seq0000.tif`). `undefined` when it holds none.
 *
 * A prefix that ends like a token cannot be told apart from one: `overnight001c1` reads as prefix `overnigh`, time 1. The
 * tags inside the file are better evidence where there are any.
 */
export function parseNisName(fileName: string): NameParse | undefined {
  const stem = withoutExtension(fileName);
  return parseJobsName(stem) ?? parseNdName(stem);
}

/** A name of "ND export". */
export function parseNdName(stem: string): NameParse | undefined {
  return parseTokens(stem) ?? parseChannelName(stem);
}

/** A plain sequence, `name0001`: the number at the end is the time point. */
export function parseSequenceName(stem: string): NameParse | undefined {
  const match = /^(.*?)(\d+)$/s.exec(stem);
  return match ? nameParse(match[1]!, { time: match[2] }) : undefined;
}

export function withoutExtension(fileName: string): string {
  return fileName.replace(EXTENSION, "");
}

/** Names the series that a frame belongs to: everything but time. No part can contain "|": Windows forbids it in names. */
export function seriesKey(name: NameParse): string {
  return [name.prefix, name.well, name.position, name.channel, name.z].map((part) => part ?? "").join("|");
}

type Axis = "xy" | "t" | "z" | "c";

/** Takes `xy`, `t`, `z` and `c` with their digits off the end, each at most once, all upper or all lower case. */
function parseTokens(stem: string): NameParse | undefined {
  const found = new Map<Axis, string>();
  let rest = stem;
  let upper: boolean | undefined;
  for (;;) {
    const token = /(xy|XY|[tzcTZC])(\d+)$/.exec(rest);
    if (!token) break;
    const letters = token[1]!;
    const axis = letters.toLowerCase() as Axis;
    const isUpper = letters !== axis;
    if (found.has(axis) || (upper !== undefined && upper !== isUpper)) break;
    upper = isUpper;
    found.set(axis, token[2]!);
    rest = rest.slice(0, token.index);
  }
  if (found.size === 0) return undefined;
  return nameParse(rest, {
    position: found.get("xy"),
    time: found.get("t"),
    z: found.get("z"),
    channel: found.get("c"),
  });
}

/** `2024_11_21_T01_DAPI - FITC - TRITC`: the time between underscores, then the channel by its name. */
function parseChannelName(stem: string): NameParse | undefined {
  const match = /^(.*)_[tT](\d+)_(.+)$/.exec(stem);
  return match ? nameParse(match[1]!, { time: match[2], channel: match[3] }) : undefined;
}

/** `<prefix>_Well…_Point…_Time…_Z…_Channel…_Seq…<text>`, each part but Seq optional; text after Seq names a processing. */
export function parseJobsName(stem: string): NameParse | undefined {
  const sequence = /^(.*?)_?Seq(\d+)(\D.*)?$/.exec(stem);
  if (!sequence) return undefined;
  const parts: NameParts = { seq: sequence[2] };
  let rest = sequence[1]!;
  // The channel is free text with commas, blanks and underscores: everything from its key word on.
  const channel = /(?:^|_)Channel(.+)$/.exec(rest);
  if (channel) {
    parts.channel = channel[1];
    rest = rest.slice(0, channel.index);
  }
  // The others are taken off the end one at a time, because their order follows the loops of the job. Plate and point
  // names contain underscores (`Plate1_2000_WellM05_Point1_2000_M05_0001`), so a point reaches to the end of the rest.
  for (;;) {
    const part =
      /(?:^|_)(?:(Time|Z)(\d+)|(Well)([A-Z]{1,2}\d{1,2})|(Point)((?:(?!_(?:Point|Well|Time\d|Z\d)).)+))$/.exec(rest);
    if (!part) break;
    if (part[1] === "Time") parts.time = part[2];
    else if (part[1] === "Z") parts.z = part[2];
    else if (part[3]) parts.well = part[4];
    else parts.position = part[6];
    rest = rest.slice(0, part.index);
  }
  if (Object.keys(parts).length === 1) return undefined;
  return nameParse(trimSeparators(rest) + (sequence[3] ?? ""), parts);
}

export type NameParts = { [Part in Exclude<keyof NameParse, "prefix">]?: string | undefined };

/** `undefined` when a time, z or seq is no number, or one of more digits than a number holds exactly. */
export function nameParse(prefix: string, { well, position, time, z, channel, seq }: NameParts): NameParse | undefined {
  const isNumber = (digits: string | undefined) => digits === undefined || /^\d{1,15}$/.test(digits);
  if (![time, z, seq].every(isNumber)) return undefined;
  return {
    prefix: trimSeparators(prefix),
    ...(well !== undefined && { well }),
    ...(position !== undefined && { position }),
    ...(time !== undefined && { time: Number(time) }),
    ...(z !== undefined && { z: Number(z) }),
    ...(channel !== undefined && { channel }),
    ...(seq !== undefined && { seq: Number(seq) }),
  };
}

function trimSeparators(text: string): string {
  return text.replace(/[_\s-]+$/, "");
}
