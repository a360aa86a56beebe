import type { SourceFacts } from "./facts.js";
import type { Frame } from "./frame.js";

export interface OmeImage {
  readonly frame: Omit<Frame, "data">;
  readonly facts: Omit<SourceFacts, "width" | "height" | "channels" | "bitDepth">;
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** The program that writes the file, with its version. */
  readonly creator: string;
  /** Becomes a MapAnnotation of the image. */
  readonly notes: readonly (readonly [key: string, value: string])[];
  /** Says what the keys of the notes mean. */
  readonly namespace: string;
}

const SCHEMA = "http://www.openmicroscopy.org/Schemas/OME/2016-06";

/**
 * The OME-XML of a file with this one image on its first page. What the facts do not tell is left out. Elements and attributes are in the
 * order of the schema of 2016-06; units are written even where they are the schema's own, because readers differ in what they assume.
 */
export function omeXml({ frame, facts, name, description, creator, notes, namespace }: OmeImage): string {
  const { pixelSizeUm: size, acquiredAtMs, objective, na, magnification, camera } = facts;
  const hasObjective = objective !== undefined || na !== undefined || magnification !== undefined;
  const instrument = [
    camera === undefined ? "" : tag("Detector", { ID: "Detector:0", Model: camera }),
    hasObjective
      ? tag("Objective", { ID: "Objective:0", Model: objective, LensNA: na, NominalMagnification: magnification })
      : "",
  ].join("");
  const pixels = {
    ...{ ID: "Pixels:0", DimensionOrder: "XYCZT", Type: pixelType(frame), SignificantBits: facts.significantBits },
    ...{ Interleaved: frame.channels > 1, BigEndian: false },
    ...{ SizeX: frame.width, SizeY: frame.height, SizeC: frame.channels, SizeZ: 1, SizeT: 1 },
    ...(size !== undefined && {
      ...{ PhysicalSizeX: size, PhysicalSizeXUnit: "\u00b5m", PhysicalSizeY: size, PhysicalSizeYUnit: "\u00b5m" },
    }),
  };
  const image = [
    acquiredAtMs === undefined ? "" : tag("AcquisitionDate", {}, new Date(acquiredAtMs).toISOString()),
    tag("Description", {}, escaped(description)),
    instrument === "" ? "" : tag("InstrumentRef", { ID: "Instrument:0" }),
    hasObjective ? tag("ObjectiveSettings", { ID: "Objective:0" }) : "",
    tag("Pixels", pixels, `${channel(frame, facts)}${tag("TiffData", { IFD: 0, PlaneCount: 1 })}${plane(facts)}`),
    tag("AnnotationRef", { ID: "Annotation:0" }),
  ].join("");
  const map = notes.map(([key, value]) => tag("M", { K: key }, escaped(value))).join("");
  const annotation = tag("MapAnnotation", { ID: "Annotation:0", Namespace: namespace }, tag("Value", {}, map));
  const content = [
    instrument === "" ? "" : tag("Instrument", { ID: "Instrument:0" }, instrument),
    tag("Image", { ID: "Image:0", Name: name }, image),
    tag("StructuredAnnotations", {}, annotation),
  ].join("");
  const root = {
    ...{ xmlns: SCHEMA, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance" },
    ...{ "xsi:schemaLocation": `${SCHEMA} ${SCHEMA}/ome.xsd`, Creator: creator },
  };
  return `<?xml version="1.0" encoding="UTF-8"?>${tag("OME", root, content)}`;
}

function channel({ channels }: OmeImage["frame"], { channelName, emissionNm, camera }: OmeImage["facts"]): string {
  const emission = emissionNm !== undefined && { EmissionWavelength: emissionNm, EmissionWavelengthUnit: "nm" };
  const settings = camera === undefined ? "" : tag("DetectorSettings", { ID: "Detector:0" });
  return tag("Channel", { ID: "Channel:0:0", Name: channelName, SamplesPerPixel: channels, ...emission }, settings);
}

function plane({ acquiredMs, exposureMs, stageUm }: OmeImage["facts"]): string {
  return tag("Plane", {
    ...{ TheZ: 0, TheT: 0, TheC: 0 },
    ...(acquiredMs !== undefined && { DeltaT: acquiredMs / 1000, DeltaTUnit: "s" }),
    ...(exposureMs !== undefined && { ExposureTime: exposureMs / 1000, ExposureTimeUnit: "s" }),
    ...(stageUm && {
      ...{ PositionX: stageUm.x, PositionXUnit: "\u00b5m", PositionY: stageUm.y, PositionYUnit: "\u00b5m" },
      ...{ PositionZ: stageUm.z, PositionZUnit: "\u00b5m" },
    }),
  });
}

function pixelType({ bitDepth, sampleFormat }: OmeImage["frame"]): string {
  if (sampleFormat === "float") return bitDepth === 64 ? "double" : "float";
  return `${sampleFormat ?? "uint"}${bitDepth}`;
}

function tag(name: string, attributes: Readonly<Record<string, unknown>>, content = ""): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
  return content === "" ? `<${name}${list}/>` : `<${name}${list}>${content}</${name}>`;
}

const ENTITY: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Letters that XML 1.0 has no way to write become "?", single halves of surrogate pairs among them. */
function escaped(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "?").replaceAll(/[&<>"]/g, (letter) => ENTITY[letter] ?? "");
}
