import type { SourceFacts } from "./facts.js";
import { attribute, elements, type XmlElement } from "./xml-scan.js";

export type PlaneFacts = Pick<SourceFacts, "plane" | "acquiredMs" | "exposureMs" | "stageUm" | "channelName">;

type Plane = NonNullable<SourceFacts["plane"]>;
/** A page of a stack. */
export interface StackPlane extends Plane {
  /** Number of the image in the file, from 0. */
  readonly image: number;
  /** In their order, "" where there is none. */
  readonly channelNames: readonly string[];
}
type Axis = "t" | "z" | "c";

const AXES: Readonly<Record<string, Axis>> = { T: "t", Z: "z", C: "c" };
const MS: Readonly<Record<string, number>> = { s: 1e3, ms: 1, min: 60e3, h: 3600e3, "\u00b5s": 1e-3 };
const UM: Readonly<Record<string, number>> = { "\u00b5m": 1, um: 1, mm: 1e3, nm: 1e-3, m: 1e6 };

/**
 * Which plane of a stack a page is, by ImageJ's description: channels run fastest, then slices, then frames. Absent for a single
 * image and where the numbers do not make up the whole stack.
 */
export function planeFromImageJ(description: string, page: number): PlaneFacts {
  const axes = axesFromImageJ(description);
  return axes === undefined || page >= sizeOf(axes) ? {} : { plane: planeAt(page, axes) };
}

/** The planes of all pages of a file that holds the whole stack; undefined for any other. */
export function stackFromImageJ(description: string, pages: number): StackPlane[] | undefined {
  const axes = axesFromImageJ(description);
  if (axes === undefined || sizeOf(axes) !== pages) return undefined;
  return Array.from({ length: pages }, (_, page) => ({ ...planeAt(page, axes), image: 0, channelNames: [] }));
}

function axesFromImageJ(description: string): Axes | undefined {
  const number = (key: string) => Number(new RegExp(`^${key}=(\\d+)\\s*$`, "m").exec(description)?.[1] ?? 1);
  const [images, c, z, t] = [number("images"), number("channels"), number("slices"), number("frames")];
  if (images < 2 || c * z * t !== images) return undefined;
  return [
    ["c", c],
    ["z", z],
    ["t", t],
  ];
}

function sizeOf(axes: Axes): number {
  return axes.reduce((product, [, size]) => product * size, 1);
}

/**
 * Which plane a page is, by OME-XML: from `TiffData` blocks where they say so, else from `DimensionOrder`; with the plane's time,
 * exposure and stage position where `Plane` tells them. Blocks that name another file by its UUID do not count.
 * Source: OME-TIFF specification, "The TiffData element".
 */
export function planeFromOme(xml: string, page: number): PlaneFacts {
  const own = uuidOf(xml);
  // Without a unit OME means seconds, and an arbitrary frame of reference; NIS-Elements means milliseconds and micrometres.
  const usual = /NIS[- ]Elements/i.test(xml.slice(0, 8192)) ? { time: "ms", length: "um" } : { time: "s", length: "" };
  for (const pixels of elements(xml, "Pixels")) {
    const axes = axesOf(pixels);
    if (!axes) continue;
    const blocks = ownBlocks(own, pixels);
    const plane =
      blocks.length === 0 ? undefined : blocks.map(({ tag }) => planeOfBlock(tag, axes, page)).find(Boolean);
    if (!plane) continue;
    // A single image is no stack.
    const isStack = axes.some(([, size]) => size > 1);
    return { ...(isStack && { plane }), ...planeFacts(pixels.body, plane, usual) };
  }
  return {};
}

/**
 * The planes of all pages, by OME-XML, as `planeFromOme` tells each; undefined unless every page is told. All at once: of a stack of 10,000
 * pages the XML is some 4 MB.
 */
export function stackFromOme(xml: string, pages: number): StackPlane[] | undefined {
  const planes: StackPlane[] = [];
  let found = 0;
  const own = uuidOf(xml);
  for (const [image, pixels] of elements(xml, "Pixels").entries()) {
    const axes = axesOf(pixels);
    const blocks = ownBlocks(own, pixels);
    // More blocks than a stack may have pages are no description of one.
    if (!axes || blocks.length > MOST_BLOCKS) continue;
    const channelNames = elements(pixels.body, "Channel").map(({ tag }) => attribute(tag, "Name") ?? "");
    for (const block of blocks.map(({ tag }) => blockOf(tag, axes))) {
      if (![block.ifd, block.first].every((n) => Number.isSafeInteger(n) && n >= 0)) continue;
      const end = Math.min(pages, block.ifd + block.count, block.ifd + sizeOf(axes) - block.first);
      for (let page = block.ifd; page < end; page++) {
        if (planes[page] !== undefined) continue;
        planes[page] = { ...planeAt(block.first + page - block.ifd, axes), image, channelNames };
        found++;
      }
    }
  }
  return found === pages ? planes : undefined;
}

function uuidOf(xml: string): string | undefined {
  return attribute(elements(xml, "OME")[0]?.tag, "UUID");
}

/** As a file may have pages. */
const MOST_BLOCKS = 10_000;

/** `TiffData` blocks that speak of this file, whose UUID is `own`. */
function ownBlocks(own: string | undefined, pixels: XmlElement): XmlElement[] {
  return elements(pixels.body, "TiffData").filter(({ body }) => {
    const uuid = /<UUID[^<>]*>\s*([^<\s]+)\s*</.exec(body)?.[1];
    return own === undefined || uuid === undefined || uuid === own;
  });
}

type Axes = readonly (readonly [Axis, number])[];

/** The axes, the fastest first, with their lengths. */
function axesOf({ tag, body }: XmlElement): Axes | undefined {
  const order = /^XY([ZCT]{3})$/.exec(attribute(tag, "DimensionOrder") ?? "")?.[1];
  // SizeC counts samples: the three colours of one plane are one step of it.
  const perPlane = Number(attribute(elements(body, "Channel")[0]?.tag, "SamplesPerPixel") ?? 1);
  const axes = [...(order ?? "")].map((letter) => {
    const size = Number(attribute(tag, `Size${letter}`));
    return [AXES[letter]!, letter === "C" && size % perPlane === 0 ? size / perPlane : size] as const;
  });
  return axes.length === 3 && axes.every(([, size]) => Number.isInteger(size) && size > 0) ? axes : undefined;
}

function planeOfBlock(tag: string, axes: Axes, page: number): Plane | undefined {
  const { ifd, count, first } = blockOf(tag, axes);
  const step = page - ifd;
  if (!(step >= 0 && step < count)) return undefined;
  return first + step < sizeOf(axes) ? planeAt(first + step, axes) : undefined;
}

/** A run of pages: the first of them, how many, and which plane that first one is. */
function blockOf(tag: string, axes: Axes): { readonly ifd: number; readonly count: number; readonly first: number } {
  const given = (name: string) => {
    const value = attribute(tag, name);
    return value === undefined ? undefined : Number(value);
  };
  const ifd = given("IFD");
  // Without a count, a block that names its page is that one page, and one that does not is all of them.
  const count = given("PlaneCount") ?? (ifd === undefined ? sizeOf(axes) : 1);
  let first = 0;
  let stride = 1;
  for (const [axis, size] of axes) {
    first += (given(`First${axis.toUpperCase()}`) ?? 0) * stride;
    stride *= size;
  }
  return { ifd: ifd ?? 0, count, first };
}

function planeAt(index: number, axes: Axes): Plane {
  const plane = { t: 0, z: 0, c: 0 };
  let rest = index;
  for (const [axis, size] of axes) {
    plane[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return plane;
}

function planeFacts(
  pixels: string,
  { t, z, c }: Plane,
  usual: { readonly time: string; readonly length: string },
): Omit<PlaneFacts, "plane"> {
  const wanted = [`\\sTheT="${t}"`, `\\sTheZ="${z}"`, `\\sTheC="${c}"`].map((text) => new RegExp(text));
  const tag = elements(pixels, "Plane").find((plane) => wanted.every((text) => text.test(plane.tag)))?.tag;
  const measure = (name: string, units: Readonly<Record<string, number>>, without: string) => {
    const unit = units[attribute(tag, `${name}Unit`) ?? without];
    const value = attribute(tag, name);
    return value === undefined || unit === undefined || !Number.isFinite(Number(value))
      ? undefined
      : Number(value) * unit;
  };
  const [acquiredMs, exposureMs] = ["DeltaT", "ExposureTime"].map((name) => measure(name, MS, usual.time));
  const [x, y, height] = ["PositionX", "PositionY", "PositionZ"].map((name) => measure(name, UM, usual.length));
  const channelName = attribute(elements(pixels, "Channel")[c]?.tag, "Name");
  return {
    ...(acquiredMs !== undefined && { acquiredMs }),
    ...(exposureMs !== undefined && exposureMs > 0 && { exposureMs }),
    ...(x !== undefined && y !== undefined && height !== undefined && { stageUm: { x, y, z: height } }),
    ...(channelName && { channelName }),
  };
}
