import type { SourceFacts } from "./facts.js";

export type DescriptionFacts = Partial<SourceFacts>;

const UNIT_UM: ReadonlyMap<string, number> = new Map([
  ["nm", 1e-3],
  ["micron", 1],
  ["microns", 1],
  ["um", 1],
  ["\u00b5m", 1], // micro sign
  ["\u03bcm", 1], // Greek mu
  ["\\u00B5m", 1], // as ImageJ escapes it
  ["mm", 1e3],
  ["cm", 1e4],
  ["inch", 25_400],
]);

/**
 * What an ImageDescription tells: OME-XML (some NIS-Elements exports) or ImageJ's lines, which need the resolution tag.
 * @param isFirst whether the page is the file's first, to which the first plane's time and position belong
 */
export function factsFromDescription(
  description: string,
  pixelsPerUnit: number | undefined,
  isFirst: boolean,
): DescriptionFacts {
  if (description.startsWith("ImageJ=")) return factsFromImageJ(description, pixelsPerUnit);
  if (/<OME[\s>]/.test(description.slice(0, 4096))) {
    return { ...factsFromOme(description), ...(isFirst && planeFacts(description)) };
  }
  return {};
}

function factsFromImageJ(description: string, pixelsPerUnit: number | undefined): DescriptionFacts {
  const unit = UNIT_UM.get(/^unit=(.*)$/m.exec(description)?.[1]?.trim() ?? "");
  return unit && pixelsPerUnit ? size(unit / pixelsPerUnit) : {};
}

/** Only the first image of the file and only attributes that are needed: no XML parser for a dozen numbers. */
function factsFromOme(xml: string): DescriptionFacts {
  const pixels = element(xml, "Pixels");
  const unit = UNIT_UM.get(attribute(pixels, "PhysicalSizeXUnit") ?? "um");
  const physicalSize = Number(attribute(pixels, "PhysicalSizeX"));
  // NIS-Elements writes a first, empty instrument "because of backward compatibility with NIS elements 4.30".
  const objectives = xml.match(/<Objective\s[^>]*>/g) ?? [];
  const objective = objectives.find((tag) => attribute(tag, "Model"));
  const model = attribute(objective, "Model");
  const na = Number(attribute(objective, "LensNA"));
  const magnification = Number(attribute(objective, "NominalMagnification"));
  const camera = attribute(element(xml, "Detector"), "Model");
  const channel = element(xml, "Channel");
  const channelName = attribute(channel, "Name");
  const isNm = (attribute(channel, "EmissionWavelengthUnit") ?? "nm") === "nm";
  const emissionNm = isNm ? Number(attribute(channel, "EmissionWavelength")) : 0;
  return {
    ...(unit && physicalSize > 0 && size(unit * physicalSize)),
    ...(model && { objective: model }),
    ...(na > 0 && { na }),
    ...(magnification > 0 && { magnification }),
    ...(camera && { camera }),
    ...(channelName && { channelName }),
    ...(emissionNm > 0 && { emissionNm }),
  };
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["min", 60_000],
]);

/**
 * Time, exposure and position of the first plane. Without a unit OME means seconds, and an arbitrary frame of reference;
 * NIS-Elements means milliseconds and micrometres.
 */
function planeFacts(xml: string): DescriptionFacts {
  const plane = element(xml, "Plane");
  const isNis = /NIS[- ]Elements/i.test(xml.slice(0, 8192));
  const inUnit = (name: string, units: ReadonlyMap<string, number>, without: string) => {
    const unit = units.get(attribute(plane, `${name}Unit`) ?? without);
    const text = attribute(plane, name);
    const value = text === undefined || text === "" ? Number.NaN : Number(text) * (unit ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const acquiredMs = inUnit("DeltaT", UNIT_MS, isNis ? "ms" : "s");
  const exposureMs = inUnit("ExposureTime", UNIT_MS, isNis ? "ms" : "s");
  const [x, y, z] = ["X", "Y", "Z"].map((axis) => inUnit(`Position${axis}`, UNIT_UM, isNis ? "um" : "reference frame"));
  return {
    ...(acquiredMs !== undefined && { acquiredMs }),
    ...(exposureMs !== undefined && exposureMs > 0 && { exposureMs }),
    ...(x !== undefined && y !== undefined && z !== undefined && { stageUm: { x, y, z } }),
  };
}

function size(pixelSizeUm: number): DescriptionFacts {
  return Number.isFinite(pixelSizeUm) && pixelSizeUm > 0 ? { pixelSizeUm } : {};
}

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}\\s[^>]*>`).exec(xml)?.[0];
}

function attribute(tag: string | undefined, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag ?? "")?.[1];
  return value?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITY[entity] ?? "");
}

const ENTITY: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
