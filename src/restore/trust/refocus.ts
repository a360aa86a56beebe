import { type Optics, PLAN_FLUOR_10X, sampledAt } from "../../optics/optics.js";
import { defocusFilter, type RadialTransfer, weakObjectTransfer } from "../../optics/weak-object-transfer.js";
import { ABSORPTION, SAMPLINGS } from "../consistency/transfers.js";
import { type Spectra, unexplainedPower } from "../spectra.js";

/** What a defocus of `dof` does to each radial frequency of a focused frame, by one possible microscope. */
export interface Defocus {
  /** |z| in DOF units. */
  readonly dof: number;
  /** By cycles per side of a piece. */
  readonly filter: Float64Array;
}

/** Which of the possible defoci turns the reconstruction into the source, and what of the source it leaves unexplained. */
export interface Explanation {
  readonly dof: number;
  /** Share of the source's power, weighted by the frequency, 0 to 1 or a little more. */
  readonly unexplained: number;
  /** The one that explains most. */
  readonly defocus: Defocus;
}

const ANNULI = [0.45, 0.6, 0.72];
const LARGEST_DOF = 5;
const DOF_STEP = 0.25;

const DOFS = Array.from({ length: LARGEST_DOF / DOF_STEP + 1 }, (_, k) => k * DOF_STEP);

const banks = new Map<string, readonly Defocus[]>();

/**
 * Defoci of 0 to 5 DOF units through phase-contrast objectives as they may be (computed once for each sampling and size).
 * @param sampling pixel size · NA / λ, where it is known
 */
export function possibleDefoci(side: number, sampling?: number): readonly Defocus[] {
  // To two digits, in the key and in what is computed: what one frame gets must not hang on which frames came before it.
  const samplings = sampling === undefined ? SAMPLINGS : [Number(sampling.toFixed(2))];
  const key = `${side} ${samplings.join()}`;
  let bank = banks.get(key);
  if (bank === undefined) {
    bank = samplings.flatMap((s) => objectives().flatMap((one) => defoci(one, s, side)));
    banks.set(key, bank);
  }
  return bank;
}

interface Objective {
  readonly optics: Optics;
  /** One for each of DOFS; they do not depend on how finely a camera samples. */
  readonly transfers: readonly RadialTransfer[];
}

let computed: readonly Objective[] | undefined;

/** A tenth of a second's work, so only when it is needed. */
function objectives(): readonly Objective[] {
  computed ??= ANNULI.map((annulusRadius) => {
    const optics = { ...PLAN_FLUOR_10X, annulusRadius };
    return { optics, transfers: DOFS.map((dof) => weakObjectTransfer(optics, dof, ABSORPTION)) };
  });
  return computed;
}

function defoci({ optics, transfers }: Objective, sampling: number, side: number): Defocus[] {
  const sampled = sampledAt(optics, sampling);
  return DOFS.map((dof, k) => ({ dof, filter: defocusFilter(transfers[0]!, transfers[k]!, sampled, side) }));
}

/** min over the possible defoci T of Σ f|S − T·R|² / Σ f|S|². */
export function explain(spectra: Spectra, defoci: readonly Defocus[]): Explanation {
  let best: Explanation | undefined;
  for (const defocus of defoci) {
    const { rest, power } = unexplainedPower(spectra, defocus.filter);
    // Nothing there: nothing to explain.
    if (power <= 0) return { dof: 0, unexplained: 0, defocus };
    if (best === undefined || rest / power < best.unexplained)
      best = { dof: defocus.dof, unexplained: rest / power, defocus };
  }
  if (best === undefined) throw new RangeError("no defocus to explain by");
  return { ...best, unexplained: Math.max(0, best.unexplained) };
}
