import type { SourceFacts } from "../facts.js";
import { emissionNm } from "./emission.js";
import { type Level, levelAt, levelsIn, numberAt, positiveAt, textAt } from "./variant.js";

/** One page's worth of a frame's components: a mono channel, or the three of an RGB camera. What is not known is `undefined`. */
export interface Nd2Channel {
  /** The first of its components, from 0. */
  readonly component: number;
  readonly channels: 1 | 3;
  readonly name: string | undefined;
  readonly exposureMs: number | undefined;
  readonly camera: string | undefined;
  /** Pixels of the sensor in one pixel of the image, along x. */
  readonly binning: number | undefined;
  readonly objective: string | undefined;
  readonly magnification: number | undefined;
  readonly na: number | undefined;
  readonly emissionNm: number | undefined;
}

/** What a frame's picture metadata (`ImageMetadataSeqLV|n!`) say about it. */
export interface PictureMetadata {
  /** Micrometres per pixel in the sample. */
  readonly pixelSizeUm: number | undefined;
  readonly zoom: number | undefined;
  /** Where the stage was sent. */
  readonly stageUm: { readonly x: number; readonly y: number; readonly z: number } | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly acquiredAtMs: number | undefined;
  readonly channels: readonly Nd2Channel[];
}

/**
 * Reads a structure SLxPictureMetadata. Objective, camera and exposure stand in the sample setting of each plane, the objective also at
 * the top; older files have it only there.
 *
 * @param components of a pixel, by the attributes. Planes that do not add up to it are not believed: then each component is a mono
 *   channel without a name.
 */
export function readPictureMetadata(variant: Level | undefined, components: number): PictureMetadata {
  const top = levelAt(variant, "SLxPictureMetadata") ?? variant;
  const isCalibrated = levelFlag(top, "bCalibrated");
  const [x, y, z] = ["dXPos", "dYPos", "dZPos"].map((name) => numberAt(top, name));
  return {
    pixelSizeUm: isCalibrated ? positiveAt(top, "dCalibration") : undefined,
    zoom: positiveAt(top, "dZoom"),
    stageUm: x !== undefined && y !== undefined && z !== undefined ? { x, y, z } : undefined,
    acquiredAtMs: unixMs(numberAt(top, "dTimeAbsolute")),
    channels: readChannels(top, components),
  };
}

/** The same as facts of a frame of this channel. */
export function pictureFacts(picture: PictureMetadata, channel: Nd2Channel | undefined): Partial<SourceFacts> {
  const { name, objective, magnification, na, exposureMs, camera, emissionNm } = channel ?? {};
  const { pixelSizeUm, stageUm, acquiredAtMs } = picture;
  return {
    ...(pixelSizeUm !== undefined && { pixelSizeUm }),
    ...(stageUm !== undefined && { stageUm }),
    ...(acquiredAtMs !== undefined && { acquiredAtMs }),
    ...(objective !== undefined && { objective }),
    ...(magnification !== undefined && { magnification }),
    ...(na !== undefined && { na }),
    ...(name !== undefined && { channelName: name }),
    ...(emissionNm !== undefined && { emissionNm }),
    ...(exposureMs !== undefined && { exposureMs }),
    ...(camera !== undefined && { camera }),
  };
}

/** From a Julian day in UTC; 0 or -1 where it is not known. */
function unixMs(julianDay: number | undefined): number | undefined {
  const ms = julianDay === undefined ? 0 : Math.round((julianDay - 2_440_587.5) * 86_400_000);
  return ms > 0 ? ms : undefined;
}

function readChannels(top: Level | undefined, components: number): Nd2Channel[] {
  const planes = levelsIn(levelAt(top, "sPicturePlanes", "sPlaneNew") ?? levelAt(top, "sPicturePlanes", "sPlane"));
  const samples = levelsIn(levelAt(top, "sPicturePlanes", "sSampleSetting"));
  const sizes = planes.map((plane) => numberAt(plane, "uiCompCount") ?? 1);
  const isSound = sizes.every((n) => Number.isInteger(n) && n >= 1) && sizes.reduce((a, b) => a + b, 0) === components;
  if (!isSound) return Array.from({ length: components }, (_, i) => describe(i, 1, undefined, undefined, top));
  const channels: Nd2Channel[] = [];
  let component = 0;
  for (const [i, plane] of planes.entries()) {
    const size = sizes[i]!;
    const sample = samples[numberAt(plane, "uiSampleIndex") ?? i];
    if (size === 3) channels.push(describe(component, 3, plane, sample, top));
    else for (let k = 0; k < size; k++) channels.push(describe(component + k, 1, plane, sample, top));
    component += size;
  }
  return channels;
}

function describe(
  component: number,
  channels: 1 | 3,
  plane: Level | undefined,
  sample: Level | undefined,
  top: Level | undefined,
): Nd2Channel {
  const optics = levelAt(sample, "pObjectiveSetting");
  const camera = levelAt(sample, "pCameraSetting");
  const objective = textAt(optics, "wsObjectiveName") ?? textAt(top, "wsObjectiveName");
  const binnings = ["FormatQuality", "FormatFast"].map((format) => positiveAt(camera, format, "fmtDesc", "dBinningX"));
  return {
    component,
    channels,
    name: textAt(plane, "sDescription"),
    exposureMs: positiveAt(sample, "dExposureTime"),
    camera: textAt(camera, "CameraUserName") ?? textAt(camera, "CameraUniqueName"),
    // The camera has two formats, and which one was used is not documented: told where both say the same.
    binning: binnings[0] === binnings[1] ? binnings[0] : undefined,
    objective,
    magnification:
      positiveAt(optics, "dObjectiveMag") ?? positiveAt(top, "dObjectiveMag") ?? magnificationIn(objective),
    na: positiveAt(optics, "dObjectiveNA") ?? positiveAt(top, "dObjectiveNA"),
    emissionNm: emissionNm(plane),
  };
}

/** "Plan Fluor 10x Ph1 DLL": older versions write the number nowhere else. */
function magnificationIn(objective: string | undefined): number | undefined {
  const digits = /(?:^|\s)(\d{1,3}(?:\.\d+)?)x(?:\s|$)/i.exec(objective ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** True also where the flag is missing. */
function levelFlag(level: Level | undefined, name: string): boolean {
  const value = level?.find((item) => item.name === name)?.value;
  return value === undefined || value === true || (typeof value === "number" && value !== 0);
}
