import { basename, dirname, extname, relative } from "node:path";
import type { NameReader } from "../../frames/name-reader.js";
import { type NameParse, seriesKey } from "../../frames/nis-names.js";
import type { PagePlace } from "../../frames/page-place.js";
import type { NameFacts } from "../../ledger/types.js";

/** What the file's name says. The folder is part of the series: two runs may export the same names into two folders. */
export function nameFacts(root: string, path: string, read: NameReader | undefined): NameFacts | undefined {
  const name = parsed(path, read);
  return name && factsOf(root, path, name);
}

/**
 * What a file that tells the places of its pages says of each. The name adds what the file does not tell: the well, or the time point of a
 * run that makes a file for each. Where both tell a position, a time or a z, the whole name stands for the experiment, since the file's own
 * numbers begin anew in each file; a channel is told better by the file.
 */
export function pageFacts(
  root: string,
  path: string,
  read: NameReader | undefined,
  places: readonly PagePlace[],
): NameFacts[] {
  const whole: NameParse = { prefix: basename(path, extname(path)) };
  const name = parsed(path, read) ?? whole;
  return places.map((place) => {
    const isToldTwice = (["position", "time", "z"] as const).some(
      (axis) => place[axis] !== undefined && name[axis] !== undefined,
    );
    return factsOf(root, path, { ...(isToldTwice ? whole : name), ...place });
  });
}

function parsed(path: string, read: NameReader | undefined): NameParse | undefined {
  const reading = read?.(basename(path));
  return reading?.kind === "read" ? reading.name : undefined;
}

function factsOf(root: string, path: string, name: NameParse): NameFacts {
  return {
    seriesKey: `${relative(root, dirname(path))}|${seriesKey(name)}`,
    well: name.well,
    position: name.position,
    time: name.time,
    z: name.z,
    channel: name.channel,
    seq: name.seq,
  };
}
