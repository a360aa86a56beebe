/**
 * A phase-contrast microscope as far as it shapes the image of a thin object.
 * Radii in the pupil are fractions of the objective's NA.
 */
export interface Optics {
  /** Numerical aperture of the objective. */
  readonly na: number;
  readonly wavelengthUm: number;
  /** Size of a pixel in the object, µm. */
  readonly pixelUm: number;
  /** Radius of the condenser annulus' image in the pupil (middle of the ring). */
  readonly annulusRadius: number;
  /** Full width of the condenser annulus' image. */
  readonly annulusWidth: number;
  /** Full width of the phase ring; it covers the annulus' image with some margin. */
  readonly ringWidth: number;
  /** Share of the intensity that the phase ring lets through. */
  readonly ringTransmission: number;
  /** Phase of the ring, rad. −π/2 is positive phase contrast: what retards light looks dark. */
  readonly ringPhase: number;
  /**
   * Primary spherical aberration W, waves: W(ρ⁴ − ρ²), balanced by the defocus that makes its r.m.s. least over the pupil. So z is
   * counted from the plane that an operator or an autofocus would call sharp, not from the paraxial one, 2W DOF units off.
   */
  readonly sphericalWaves: number;
}

/** The 10× objective of the training fields: Plan Fluor 10× Ph1 NA 0.30 with 0.87 µm pixels. */
export const PLAN_FLUOR_10X: Optics = {
  na: 0.3,
  wavelengthUm: 0.55,
  pixelUm: 0.8708,
  annulusRadius: 0.55,
  annulusWidth: 0.08,
  ringWidth: 0.14,
  ringTransmission: 0.25,
  ringPhase: -Math.PI / 2,
  sphericalWaves: 0,
};

/** One DOF unit, λ/NA², in µm. */
export function depthOfFieldUm(optics: Optics): number {
  return optics.wavelengthUm / optics.na ** 2;
}

/** Highest spatial frequency that reaches the image, cycles/µm: NA(1 + annulus)/λ. */
export function cutOff(optics: Optics): number {
  return (optics.na * (1 + optics.annulusRadius + optics.annulusWidth / 2)) / optics.wavelengthUm;
}

/**
 * The pupil function Q at radius ρ (fraction of NA), as amplitude and phase; amplitude 0 outside the aperture.
 * Defocus is paraxial: phase −πdρ² for a defocus of d DOF units. Against the exact sqrt(n²−NA²ρ²) form this is off by less
 * than NA²/4, i.e. 6 % at NA 0.5, which only rescales z.
 */
export function pupil(optics: Optics, radius: number, dof: number): { amplitude: number; phase: number } {
  if (radius > 1) return { amplitude: 0, phase: 0 };
  const squared = radius * radius;
  const waves = optics.sphericalWaves;
  let phase = Math.PI * squared * (2 * waves * squared - (2 * waves + dof));
  let amplitude = 1;
  if (Math.abs(radius - optics.annulusRadius) <= optics.ringWidth / 2) {
    amplitude = Math.sqrt(optics.ringTransmission);
    phase += optics.ringPhase;
  }
  return { amplitude, phase };
}

/** The same optics with a camera that samples them at pixelUm·na/wavelengthUm. */
export function sampledAt(optics: Optics, sampling: number): Optics {
  return { ...optics, pixelUm: (sampling * optics.wavelengthUm) / optics.na };
}
