import type { Distance } from "../../optics/distance.js";
import { type Optics, PLAN_FLUOR_10X, sampledAt } from "../../optics/optics.js";
import { defocusFilter, type RadialTransfer, weakObjectTransfer } from "../../optics/weak-object-transfer.js";

/** What one possible microscope, out of focus by `dof`, does to each radial frequency of a frame in focus. */
export interface Transfer {
  /** |z| in DOF units (λ/NA²). */
  readonly dof: number;
  /** Of the condenser's annulus, as a share of the NA. */
  readonly annulusRadius: number;
  /** Of primary spherical aberration; of the sign that it has together with a positive z. */
  readonly sphericalWaves: number;
  /** Pixel size · NA / λ. */
  readonly sampling: number;
  /** By cycles per TRANSFER_SIDE pixels, from 0 to beyond the corner of the spectrum. */
  readonly filter: Float64Array;
}

/** Px. */
export const TRANSFER_SIDE = 256;

const ANNULI = [0.42, 0.5, 0.58, 0.66, 0.74];
const SPHERICAL = [-0.2, 0, 0.2];
const STEPS_PER_DOF = 10;
const LARGEST_DOF = 5.2;
/** Living cells hardly absorb. */
export const ABSORPTION = 0.04;
/** Where nobody knows the sampling; as wide as in training. */
export const SAMPLINGS = [0.2, 0.26, 0.33, 0.41, 0.5];
/** An interval that is narrower than this is taken to be as wide: it holds |z| in 68 % of cases only. */
const LEAST_REACH = 0.25;
/** From this |z| on, told in DOF units, so many times as far from the middle of the interval is looked. */
const [FIRST_DENTS, WIDENED] = [1, 2] as const;

/** Nearer to focus a spectrum has hardly any dents by which another distance could show. */
export function hasDents({ dof }: Distance): boolean {
  return dof >= FIRST_DENTS;
}

/** How far |z| may be from what the spectrum tells, DOF units. */
export function reachOf({ dof, low, high }: Distance): number {
  return Math.max(LEAST_REACH, high - dof, dof - low);
}

/**
 * Phase-contrast objectives as they may be, at the distances from focus that the power spectrum leaves possible.
 * @param sampling pixel size · NA / λ, where it is known
 */
export function possibleTransfers(distance: Distance, sampling?: number): Transfer[] {
  const reach = (hasDents(distance) ? WIDENED : 1) * reachOf(distance);
  const first = Math.max(0, Math.ceil((distance.dof - reach) * STEPS_PER_DOF - 1e-9));
  const last = Math.floor(Math.min(LARGEST_DOF, distance.dof + reach) * STEPS_PER_DOF + 1e-9);
  // To three digits, in the key and in what is computed: what one frame gets must not hang on which frames came before it.
  const samplings = sampling === undefined ? SAMPLINGS : [Number(sampling.toFixed(3))];
  return samplings.flatMap((one) =>
    ANNULI.flatMap((annulusRadius) =>
      SPHERICAL.flatMap((sphericalWaves) =>
        Array.from({ length: last - first + 1 }, (_, k) => transfer(annulusRadius, sphericalWaves, first + k, one)),
      ),
    ),
  );
}

/** A table for each objective and distance takes 2 to 3 ms; 795 of them, and their filters for a few samplings, some 5 MB. */
const tables = new Map<string, RadialTransfer>();
const filters = new Map<string, Transfer>();
/** A daemon sees a few objectives; one that is shown a thousand samplings starts anew now and then. */
const MOST_FILTERS = 10_000;

function transfer(annulusRadius: number, sphericalWaves: number, step: number, sampling: number): Transfer {
  const key = `${annulusRadius} ${sphericalWaves} ${step} ${sampling}`;
  let found = filters.get(key);
  if (found === undefined) {
    if (filters.size >= MOST_FILTERS) filters.clear();
    const optics: Optics = { ...PLAN_FLUOR_10X, annulusRadius, sphericalWaves };
    const dof = step / STEPS_PER_DOF;
    const filter = defocusFilter(tableOf(optics, 0), tableOf(optics, dof), sampledAt(optics, sampling), TRANSFER_SIDE);
    found = { dof, annulusRadius, sphericalWaves, sampling, filter };
    filters.set(key, found);
  }
  return found;
}

function tableOf(optics: Optics, dof: number): RadialTransfer {
  const key = `${optics.annulusRadius} ${optics.sphericalWaves} ${dof}`;
  let found = tables.get(key);
  if (found === undefined) {
    found = weakObjectTransfer(optics, dof, ABSORPTION);
    tables.set(key, found);
  }
  return found;
}
