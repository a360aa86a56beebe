import { basename } from "node:path";
import { USUAL_WAVELENGTH_UM } from "../../frames/depth-of-field.js";
import type { Frame } from "../../frames/frame.js";
import type { Optics } from "../../optics/optics.js";
import { cropMirrored, fade } from "../edges.js";
import { abbeImages, annulusPoints } from "../optics/abbe.js";
import { drawAbsorption, drawOptics } from "../optics/draw-optics.js";
import { defocusWeakObject } from "../optics/weak-object.js";
import { CAMERA_12_BIT, expose } from "../phantom/camera.js";
import { cropPlane, mapPlane, type Plane, quantile } from "../plane.js";
import { createRandom, type Random } from "../random.js";
import { type Field, readField } from "./fields.js";
import { phaseFromContrast } from "./phase-from-contrast.js";

export const FORWARD_MODELS = ["weak", "abbe"] as const;
export type ForwardModel = (typeof FORWARD_MODELS)[number];

/** A focused frame to be put out of focus, and what fixes how finely its pixels sample the pupil. */
export interface Source {
  readonly name: string;
  /** Counts, mono. */
  readonly plane: Plane;
  readonly bitDepth: 8 | 16;
  readonly na: number;
  readonly pixelUm: number;
}

export interface DefocusedFrame {
  readonly frame: Frame;
  /** The same field in focus, in the same counts, with the same deviates of camera noise. */
  readonly reference: Plane;
  readonly optics: Optics;
}

/** Mirrored margin and its outer part that fades out, px: blur of 4.5 DOF units reaches some 10 px. */
const MARGIN = 64;
const FADE = 48;
/** What the FFT takes; 1152 holds a 1024-px frame and its margins. */
const SIDE = 1152;
/** The largest side of a source, px. */
const LARGEST = SIDE - 2 * MARGIN;
const SOURCE_POINTS = 18;

/** A field as a source: whole where its sides allow it, else its middle. @throws RF_TRAINING_DATA */
export async function readSource(field: Field): Promise<Pick<Source, "name" | "plane" | "bitDepth">> {
  const whole = await readField(field);
  const { width, height } = whole;
  const plane =
    Math.max(width, height) <= LARGEST
      ? whole
      : cropMirrored(whole, (width - LARGEST) >> 1, (height - LARGEST) >> 1, LARGEST);
  return { name: basename(field.path), plane, bitDepth: bitDepthOf(whole) };
}

/** Of the camera or export that its counts must have come from. */
export function bitDepthOf({ data }: Plane): 8 | 16 {
  return data.some((value) => value > 255) ? 16 : 8;
}

/** What the frame would look like `dof` DOF units out of focus, through optics drawn as for training but sampled as the frame is. */
export function defocusFrame(source: Source, model: ForwardModel, dof: number, random: Random): DefocusedFrame {
  const { na, pixelUm } = source;
  const optics: Optics = { ...drawOptics(random), na, pixelUm, wavelengthUm: USUAL_WAVELENGTH_UM };
  return model === "weak" ? weak(source, optics, dof, random) : abbe(source, optics, dof, random);
}

/** A frame as its source is. */
export function frameOf(plane: Plane, bitDepth: 8 | 16): Frame {
  const { width, height } = plane;
  const largest = bitDepth === 8 ? 255 : 65535;
  const counts = Array.from(plane.data, (value) => Math.min(largest, Math.max(0, Math.round(value))));
  return {
    width,
    height,
    channels: 1,
    bitDepth,
    data: bitDepth === 8 ? Uint8Array.from(counts) : Uint16Array.from(counts),
  };
}

/** The real frame with its real noise, filtered. */
function weak(source: Source, optics: Optics, dof: number, random: Random): DefocusedFrame {
  const { plane, bitDepth } = source;
  const median = quantile(plane.data, 0.5);
  const field = fade(padded(plane), median, FADE);
  const defocused = cut(defocusWeakObject(field, optics, dof, drawAbsorption(random)), plane);
  return { frame: frameOf(defocused, bitDepth), reference: plane, optics };
}

/** Phase made from the frame's contrast, imaged in focus and out of it, and exposed by a 12-bit camera. */
function abbe({ plane }: Source, optics: Optics, dof: number, random: Random): DefocusedFrame {
  const median = quantile(plane.data, 0.5);
  const contrast = mapPlane(padded(plane), (value) => (median - value) / median);
  const phase = phaseFromContrast(contrast, random, FADE);
  const share = drawAbsorption(random);
  const absorption = mapPlane(phase, (value) => value * share);
  const points = annulusPoints(optics, SIDE, SOURCE_POINTS, random.uniform());
  const [focused, defocused] = abbeImages({ phase, absorption }, optics, [0, dof], points);
  const seed = random.integer(1, 2 ** 31);
  const shot = (image: Plane) => expose(cut(image, plane), CAMERA_12_BIT, createRandom(seed));
  const { width, height } = plane;
  return {
    frame: { width, height, channels: 1, bitDepth: 16, data: shot(defocused!) },
    reference: { width, height, data: Float32Array.from(shot(focused!)) },
    optics,
  };
}

function padded(plane: Plane): Plane {
  if (Math.max(plane.width, plane.height) > LARGEST) throw new RangeError(`the frame is larger than ${LARGEST} px`);
  return cropMirrored(plane, -MARGIN, -MARGIN, SIDE);
}

function cut(field: Plane, { width, height }: Plane): Plane {
  return cropPlane(field, MARGIN, MARGIN, width, height);
}
