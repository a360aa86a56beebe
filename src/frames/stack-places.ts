import type { PagePlace } from "./page-place.js";
import { type StackPlane, stackFromImageJ, stackFromOme } from "./stack-plane.js";

/**
 * The places of all pages of a multi-page TIFF, by ImageJ's description or OME-XML: numbers from 1, as in NIS-Elements' names, and only for axes
 * along which there is more than one page. Several images in one OME file are several positions.
 * @param description of the first page
 * @returns undefined where it does not say of each page which plane it is
 */
export function stackPlaces(description: string, pages: number): PagePlace[] | undefined {
  if (pages < 2) return undefined;
  const planes = description.startsWith("ImageJ=")
    ? stackFromImageJ(description, pages)
    : /<(?:\w+:)?OME[\s>]/.test(description.slice(0, 4096))
      ? stackFromOme(description, pages)
      : undefined;
  if (planes === undefined || planes.length !== pages) return undefined;
  const has = (axis: "image" | "t" | "z" | "c") => planes.some((plane) => plane[axis] !== planes[0]![axis]);
  const [many, time, z, channel] = [has("image"), has("t"), has("z"), has("c")];
  const width = String(Math.max(...planes.map(({ image }) => image)) + 1).length;
  const channels = channelNames(planes);
  return planes.map((plane) => ({
    ...(many && { position: String(plane.image + 1).padStart(width, "0") }),
    ...(time && { time: plane.t + 1 }),
    ...(z && { z: plane.z + 1 }),
    ...(channel && { channel: channels[plane.c]! }),
  }));
}

/** Their names where all are told and none twice, else their numbers. */
function channelNames(planes: readonly StackPlane[]): string[] {
  const count = Math.max(...planes.map(({ c }) => c)) + 1;
  // "|" parts the series' key.
  const names = planes[0]!.channelNames.slice(0, count).map((name) => name.replaceAll("|", "/"));
  if (names.length === count && names.every(Boolean) && new Set(names).size === count) return names;
  return Array.from({ length: count }, (_, c) => String(c + 1).padStart(String(count).length, "0"));
}
