import path from "node:path";
import type { FileStat, FileSystem } from "../system/file-system.js";
import type { Marker } from "./settle.js";

/** How the microscope's software says that frames are completely written. */
export type DoneMarker =
  /** By a file beside each frame: `a.tif.done` or `a.done` beside `a.tif`. */
  | { readonly kind: "file" }
  /** By one file of this name in the folder, for all frames of that folder. */
  | { readonly kind: "folder"; readonly name: string };

const SUFFIX = ".done";

/** Where the marker of a frame may lie. */
export function markerPaths(frame: string, marker: DoneMarker): readonly string[] {
  const { dir, base, name } = path.parse(frame);
  if (marker.kind === "folder") return [path.join(dir, marker.name)];
  return [path.join(dir, base + SUFFIX), path.join(dir, name + SUFFIX)];
}

/** Whether a file of this name is a marker, and so no frame whatever the patterns say. In any spelling: Windows knows no case. */
export function isMarkerName(name: string, marker: DoneMarker): boolean {
  const lower = name.toLowerCase();
  return marker.kind === "folder" ? lower === marker.name.toLowerCase() : lower.endsWith(SUFFIX);
}

export type LookForMarker = (frame: string) => Promise<Marker | undefined>;

/** For one round of looking: a marker that stands for many frames is asked for once. */
export function markerLooks(marker: DoneMarker | undefined, fs: Pick<FileSystem, "stat">): LookForMarker {
  if (marker === undefined) return () => Promise.resolve(undefined);
  const asked = new Map<string, Promise<FileStat | undefined>>();
  const ask = (file: string) => {
    // A marker that cannot be looked at is none: the frame still has its other ways to settle.
    const stat = asked.get(file) ?? fs.stat(file).catch(() => undefined);
    asked.set(file, stat);
    return stat;
  };
  return async (frame) => {
    const stats = await Promise.all(markerPaths(frame, marker).map(ask));
    const stamps = stats.flatMap((stat) => (stat?.kind === "file" ? [Math.max(stat.mtimeMs, stat.ctimeMs)] : []));
    return stamps.length === 0 ? { kind: "absent" } : { kind: "present", stampMs: Math.max(...stamps) };
  };
}
