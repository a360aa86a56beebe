import createPffft from "@echogarden/pffft-wasm/simd";

/** Complex values, interleaved (re, im), row by row of an n × n field. */
export type Spectrum = Float32Array;

// PFFFT in WASM takes 2 ms where the best pure-JavaScript FFT at hand took 25 ms for a 512 × 512 field; Abbe's sum needs some 80 of
// them per training item.
const pffft = await createPffft();

/** Two-dimensional FFT of n × n complex fields. Frequencies are in FFT order (0, 1, …, −1). */
export class Fft2d {
  readonly n: number;
  readonly #setup: number;
  readonly #field: number;
  readonly #turned: number;
  readonly #work: number;

  /** @param n 2^a·3^b·5^c and a multiple of 16 */
  constructor(n: number) {
    if (!isFftSize(n)) throw new RangeError(`${n} is not a size that the FFT takes`);
    this.n = n;
    this.#setup = pffft._pffft_new_setup(n, 1);
    this.#field = pffft._pffft_aligned_malloc(8 * n * n);
    this.#turned = pffft._pffft_aligned_malloc(8 * n * n);
    this.#work = pffft._pffft_aligned_malloc(8 * n);
  }

  /** In place. Unscaled, as usual for the forward direction. */
  forward(field: Spectrum): void {
    this.#transform(field, 0);
  }

  /** In place. Scaled by 1/n², so that inverse(forward(x)) = x. */
  inverse(field: Spectrum): void {
    this.#transform(field, 1);
    const scale = 1 / (this.n * this.n);
    for (let i = 0; i < field.length; i++) field[i]! *= scale;
  }

  /**
   * The plan's own memory, for what comes in often: no copies, and half of the turning. The spectrum is turned: what stands at column u of row v
   * belongs to u cycles down and v across. The views hold until another plan is made.
   */
  own(): { readonly field: Float32Array; readonly spectrum: Spectrum } {
    const view = (at: number) => pffft.HEAPF32.subarray(at / 4, at / 4 + 2 * this.n * this.n);
    return { field: view(this.#field), spectrum: view(this.#turned) };
  }

  /** From the own field to the own spectrum. The field is lost. Unscaled. */
  ownForward(): void {
    this.#toTurned(0);
  }

  /** From the own spectrum to the own field, n² times as large as it was. The spectrum is lost. */
  ownInverse(): void {
    this.#rows(this.#turned, 1);
    transpose(pffft.HEAPF64, this.#turned / 8, this.#field / 8, this.n);
    this.#rows(this.#field, 1);
  }

  #transform(field: Spectrum, direction: 0 | 1): void {
    // WASM memory may have moved since the last call: take the view anew.
    const { field: own } = this.own();
    own.set(field);
    this.#toTurned(direction);
    transpose(pffft.HEAPF64, this.#turned / 8, this.#field / 8, this.n);
    field.set(own);
  }

  #toTurned(direction: 0 | 1): void {
    this.#rows(this.#field, direction);
    transpose(pffft.HEAPF64, this.#field / 8, this.#turned / 8, this.n);
    this.#rows(this.#turned, direction);
  }

  #rows(at: number, direction: 0 | 1): void {
    for (let y = 0; y < this.n; y++) {
      const row = at + 8 * this.n * y;
      pffft._pffft_transform_ordered(this.#setup, row, row, this.#work, direction);
    }
  }
}

/** A complex value of two 32-bit floats moves as one 64-bit one; blocks of 16 keep both sides in the cache. */
function transpose(memory: Float64Array, from: number, to: number, n: number): void {
  for (let y0 = 0; y0 < n; y0 += 16) {
    for (let x0 = 0; x0 < n; x0 += 16) {
      for (let y = y0; y < y0 + 16; y++) {
        for (let x = x0; x < x0 + 16; x++) memory[to + x * n + y] = memory[from + y * n + x]!;
      }
    }
  }
}

/** Whether the FFT takes fields of this side. */
export function isFftSize(n: number): boolean {
  if (n <= 0 || n % 16 !== 0) return false;
  let rest = n;
  for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
  return rest === 1;
}

const plans = new Map<number, Fft2d>();

/** The plan for n, made once. */
export function fft2d(n: number): Fft2d {
  let plan = plans.get(n);
  if (!plan) {
    plan = new Fft2d(n);
    plans.set(n, plan);
  }
  return plan;
}
