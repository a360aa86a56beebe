import picomatch from "picomatch";
import { type DoneMarker, isMarkerName } from "./done-marker.js";

/** What a name in a watched folder means. `rule` says which rule made it ignored, for the count. */
export type NameClass = { readonly kind: "frame" } | { readonly kind: "ignored"; readonly rule: string };

export interface Names {
  /** @param relative path inside the watched folder, "/" between names. */
  file(relative: string, name: string): NameClass;
  /** The rule by which a folder is not entered, or `undefined`. */
  skippedFolder(relative: string, name: string): string | undefined;
}

/**
 * Names that programs give to files they are still writing; the rename to the final name is the real arrival.
 * `~*`: Office, Syncthing; `*.part`, `*.partial`, `*.crdownload`, `*.filepart`: browsers, rsync, WinSCP.
 */
const TEMPORARY = /^~|~$|\.(?:tmp|temp|part|partial|filepart|crdownload)$/i;

function temporaryRule(name: string): string | undefined {
  const found = TEMPORARY.exec(name)?.[0];
  if (found === undefined) return undefined;
  return found === "~" ? (name.startsWith("~") ? "~*" : "*~") : `*${found.toLowerCase()}`;
}

/** Folders in which storage servers keep thumbnails (Synology) or deleted files: their images are not frames. */
const HOUSEKEEPING = new Set(["@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found"]);

export const NOT_INCLUDED = "(not included)";
export const DOT_NAME = ".*";
export const DONE_MARKER = "(done marker)";

const FRAME: NameClass = { kind: "frame" };

function ignoredBy(rule: string): NameClass {
  return { kind: "ignored", rule };
}

/** The rules of one watched folder. Patterns match regardless of case: Windows programs write .TIF as well. */
export function nameRules(include: readonly string[], exclude: readonly string[], marker?: DoneMarker): Names {
  const included = picomatch([...include], { nocase: true });
  const excluded = exclude.map((rule) => ({ rule, matches: picomatch(rule, { nocase: true, dot: true }) }));
  const excludedBy = (relative: string) => excluded.find(({ matches }) => matches(relative))?.rule;
  return {
    file(relative, name) {
      if (marker !== undefined && isMarkerName(name, marker)) return ignoredBy(DONE_MARKER);
      if (name.startsWith(".")) return ignoredBy(DOT_NAME);
      const oneLine = withoutLineBreaks(relative);
      const rule = temporaryRule(name) ?? (included(oneLine) ? excludedBy(oneLine) : NOT_INCLUDED);
      return rule === undefined ? FRAME : ignoredBy(rule);
    },
    skippedFolder(relative, name) {
      if (name.startsWith(".")) return `${DOT_NAME}/`;
      if (HOUSEKEEPING.has(name.toLowerCase())) return `${name}/`;
      return excludedBy(withoutLineBreaks(relative));
    },
  };
}

/** Whether a folder or special file bears the name of an image, so that somebody will wonder what became of it. */
export function looksLikeAnImage(name: string): boolean {
  return /\.(tiff?|png|jpe?g|jp2|bmp|nd2)$/i.test(name);
}

/** picomatch's `.` does not match a line break, and a file name may hold one. */
function withoutLineBreaks(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\n\r]/g, "_") : text;
}
