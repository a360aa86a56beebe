import type { ModelKind } from "../models/card.js";

/**
 * The environment in which libtensorflow trains fastest. glibc and oneDNN read it when the process starts, so it has to be there
 * before; whatever the user has set already stays.
 *
 * Measured on 2 cores with TensorFlow 2.21, one thread per training:
 * - each step allocates and frees some hundred MB; given back to the system each time, that was half of the system time.
 * - oneDNN's convolutions took a step of the reconstructor from 1.65 s to 1.3 s, and made the classifier's slower.
 */
export function nativeEnvironment(
  kind: ModelKind,
  threads: number | undefined,
  current: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const wanted = {
    MALLOC_MMAP_THRESHOLD_: "4000000000",
    MALLOC_TRIM_THRESHOLD_: "8000000000",
    MALLOC_TOP_PAD_: "500000000",
    TF_ENABLE_ONEDNN_OPTS: kind === "reconstructor" ? "1" : "0",
    ...(threads === undefined ? {} : { OMP_NUM_THREADS: String(threads), TF_NUM_INTRAOP_THREADS: String(threads) }),
  };
  return { ...wanted, ...current };
}
