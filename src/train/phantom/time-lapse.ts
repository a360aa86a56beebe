import type { Frame } from "../../frames/frame.js";
import { isFftSize } from "../../optics/fft2d.js";
import { depthOfFieldUm, type Optics, PLAN_FLUOR_10X } from "../../optics/optics.js";
import { fade } from "../edges.js";
import { abbeImages, annulusPoints } from "../optics/abbe.js";
import { cropPlane, mapPlane } from "../plane.js";
import { createRandom, type Random } from "../random.js";
import { CAMERA_12_BIT, drawIllumination, expose, illuminate } from "./camera.js";
import { growCulture } from "./culture.js";
import { renderPhase } from "./render-phase.js";

export interface TimeLapse {
  readonly seed: number;
  readonly positions: number;
  readonly times: number;
  /** Side of the square frames, px. */
  readonly size: number;
  /** Defocus of one frame in DOF units, signed; positions and time points are counted from 1. */
  readonly defocus: (position: number, time: number) => number;
  /** From one time point to the next, ms; 10 minutes if not given. */
  readonly intervalMs?: number;
  /** Share of the area under cells, about. */
  readonly confluence?: number;
  readonly optics?: Optics;
}

export interface PhantomFrame {
  readonly position: number;
  readonly time: number;
  /** DOF units, signed. */
  readonly dof: number;
  /** Mono, 12 bits of 16. */
  readonly frame: Frame;
  readonly pixelUm: number;
  /** Since the beginning of the time-lapse. */
  readonly acquiredMs: number;
  readonly stageUm: { readonly x: number; readonly y: number; readonly z: number };
}

/** A Plan Fluor 10× with a camera of 6.5 µm pixels; a little spherical aberration, as most have, makes +z unlike −z. */
export const TIME_LAPSE_OPTICS: Optics = { ...PLAN_FLUOR_10X, pixelUm: 0.65, sphericalWaves: 0.05 };

const INTERVAL_MS = 600_000;
/** Between two positions. */
const STAGE_MS = 1_500;
/** At 5 DOF units light leaves a cell by 15 px (z·tan of the aperture's angle) and the halo reaches another 20. */
const LEAST_MARGIN = 40;
const FADE = 24;
/** Points on the annulus: fewer show as separate ghosts in strongly defocused frames. */
const SOURCE_POINTS = 36;
const STAGE_Z_UM = 2_950;

/**
 * A time-lapse of one culture at several positions, as a phase-contrast microscope would see it, in the order in which it is taken. Each
 * frame is computed when it is asked for, so memory does not grow; the same options give the same pixels.
 */
export function* renderTimeLapse(options: TimeLapse): Generator<PhantomFrame, void, undefined> {
  const { seed, positions, times, size, defocus, intervalMs = INTERVAL_MS, optics = TIME_LAPSE_OPTICS } = options;
  const field = fieldSide(size);
  const fieldUm = field * optics.pixelUm;
  const random = createRandom(seed);
  // One dish: the positions are views of it, beside each other.
  const columns = Math.ceil(Math.sqrt(positions));
  const culture = growCulture(random.fork(), {
    sideUm: columns * fieldUm,
    confluence: options.confluence ?? 0.45,
    cellScale: 1.2,
    phaseScale: 1,
    shape: "armed",
  });
  const views = Array.from({ length: positions }, (_, p) => ({
    left: (p % columns) * fieldUm,
    top: Math.floor(p / columns) * fieldUm,
    light: drawIllumination(random),
    noise: random.fork(),
  }));
  const points = annulusPoints(optics, field, SOURCE_POINTS);
  for (let time = 1; time <= times; time++) {
    for (const [p, { left, top, light, noise }] of views.entries()) {
      const dof = defocus(p + 1, time);
      const phase = fade(renderPhase(culture, { size: field, pixelUm: optics.pixelUm, left, top }, time - 1), 0, FADE);
      const absorption = mapPlane(phase, (value) => 0.04 * Math.max(0, value));
      const [image] = abbeImages({ phase, absorption }, optics, [dof], points);
      const margin = Math.floor((field - size) / 2);
      const lit = illuminate(cropPlane(image!, margin, margin, size, size), light);
      const lamp = 1 + 0.01 * noise.normal();
      const data = expose(
        mapPlane(lit, (value) => value * lamp),
        CAMERA_12_BIT,
        noise,
      );
      yield {
        position: p + 1,
        time,
        dof,
        frame: { width: size, height: size, channels: 1, bitDepth: 16, data },
        pixelUm: optics.pixelUm,
        acquiredMs: (time - 1) * intervalMs + p * STAGE_MS,
        stageUm: {
          x: round(10_000 + left),
          y: round(-4_000 - top),
          z: round(STAGE_Z_UM + dof * depthOfFieldUm(optics)),
        },
      };
    }
  }
}

/**
 * Draws which frames of a time-lapse are out of focus: this share of them, by 1.2 to 4.2 DOF units of either sign; the others are off by 0.2 at
 * most, as a focus that is kept by hardware is.
 */
export function drawFocusFaults(random: Random, positions: number, times: number, share: number): TimeLapse["defocus"] {
  const count = positions * times;
  const order = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = random.integer(0, k);
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  const faults = new Set(order.slice(0, Math.round(share * count)));
  const dofs = order.map((_, k) => random.sign() * (faults.has(k) ? random.between(1.2, 4.2) : random.between(0, 0.2)));
  return (position, time) => dofs[(time - 1) * positions + position - 1] ?? 0;
}

function fieldSide(size: number): number {
  let side = Math.ceil((size + 2 * LEAST_MARGIN) / 16) * 16;
  while (!isFftSize(side)) side += 16;
  return side;
}

function round(um: number): number {
  return Math.round(um * 100) / 100;
}
