declare module "@echogarden/pffft-wasm/simd" {
  /** PFFFT compiled to WASM; pointers are byte offsets into its memory. */
  export interface Pffft {
    /** `kind` 1: complex transforms of `size` values. */
    _pffft_new_setup(size: number, kind: 0 | 1): number;
    _pffft_aligned_malloc(bytes: number): number;
    /** `direction` 0 forward, 1 backward; unscaled. `out` may be `input`. */
    _pffft_transform_ordered(setup: number, input: number, out: number, work: number, direction: 0 | 1): void;
    readonly HEAPF32: Float32Array;
    readonly HEAPF64: Float64Array;
  }
  export default function createPffft(): Promise<Pffft>;
}
