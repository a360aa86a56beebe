import type { SourceFacts } from "./facts.js";
import { planeFromImageJ, planeFromOme } from "./stack-plane.js";
import { attribute } from "./xml-scan.js";

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
 * @param page counted from 0, in a file that has this one description for all of them
 */
export function factsFromDescription(
  description: string,
  pixelsPerUnit: number | undefined,
  page = 0,
): DescriptionFacts {
  if (description.startsWith("ImageJ="))
    return { ...factsFromImageJ(description, pixelsPerUnit), ...planeFromImageJ(description, page) };
  if (/<(?:\w+:)?OME[\s>]/.test(description.slice(0, 4096)))
    return { ...factsFromOme(description), ...planeFromOme(description, page) };
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
  const objectives = xml.match(/<(?:\w+:)?Objective\s[^<>]*>/g) ?? [];
  const objective = ["Model", "LensNA"].map((name) => objectives.find((tag) => attribute(tag, name))).find(Boolean);
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

function size(pixelSizeUm: number): DescriptionFacts {
  return Number.isFinite(pixelSizeUm) && pixelSizeUm > 0 ? { pixelSizeUm } : {};
}

function element(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?${name}\\s[^<>]*>`).exec(xml)?.[0];
}
