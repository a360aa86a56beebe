import { RefocusdError } from "../errors/refocusd-error.js";
import { type Clock, systemClock } from "../system/clock.js";
import type { ModelCard, SelfTest } from "./card.js";

/** What a self-test needs of a network: engines' `LoadedNetwork` is one. */
export interface RunnableNetwork {
  run(batch: {
    readonly data: Float32Array;
    readonly shape: readonly [number, number, number, number];
  }): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }>;
}

export interface SelfTestOutcome {
  readonly ok: boolean;
  /** The largest difference to the card's samples; `Infinity` when the shapes differ or a value is no number. */
  readonly maxDifference: number;
  readonly tolerance: number;
  readonly ms: number;
}

const SAMPLES = 32;
// Engines add in different orders: 1e-5 was seen between ONNX Runtime and TensorFlow, and a GPU's TF32 gives about 1e-3 of the
// output's size. A wrong weight or a wrong layout changes outputs by their own size.
const TOLERANCE = 0.02;

/** Runs a network on the seeded input and notes its answer for the card, in the engine in which it was exported. */
export async function recordSelfTest(
  network: RunnableNetwork,
  shape: readonly [number, number, number, number],
  seed = 1,
): Promise<SelfTest> {
  const output = await network.run({ data: selfTestInput(seed, shape), shape });
  return {
    seed,
    shape: [...shape],
    outputShape: [...output.shape],
    samples: samplesOf(output.data),
    tolerance: TOLERANCE,
  };
}

/** Runs the card's self-test. It never rejects for a wrong answer; what running throws goes through. */
export async function selfTestModel(
  network: RunnableNetwork,
  card: Pick<ModelCard, "selfTest">,
  clock: Clock = systemClock,
): Promise<SelfTestOutcome> {
  const { seed, shape, outputShape, samples, tolerance } = card.selfTest;
  const data = selfTestInput(seed, shape);
  const started = clock.monotonic();
  const output = await network.run({ data, shape });
  const ms = clock.monotonic() - started;
  const maxDifference = sameShape(output.shape, outputShape)
    ? largestDifference(samplesOf(output.data, samples.length), samples)
    : Number.POSITIVE_INFINITY;
  return { ok: maxDifference <= tolerance, maxDifference, tolerance, ms };
}

/** @throws RF_ENGINE_FAILED when this engine does not compute what the card says. */
export async function assertSelfTest(
  network: RunnableNetwork,
  card: ModelCard,
  clock: Clock = systemClock,
): Promise<SelfTestOutcome> {
  const outcome = await selfTestModel(network, card, clock);
  if (!outcome.ok) {
    throw new RefocusdError(
      "RF_ENGINE_FAILED",
      `${card.name} ${card.version} answers its self-test with a difference of ${outcome.maxDifference}, allowed ${outcome.tolerance}`,
    );
  }
  return outcome;
}

/**
 * The seeded input: smooth waves of a few sizes and a little noise, mean about 0 and s.d. about 1 as networks see frames. Made with
 * integer arithmetic and sines rounded to 2⁻¹², so that it is the same on every machine.
 */
export function selfTestInput(seed: number, shape: readonly [number, number, number, number]): Float32Array {
  const [n, height, width, channels] = shape;
  const data = new Float32Array(n * height * width * channels);
  let state = (seed ^ 0x9e3779b9) >>> 0;
  let i = 0;
  for (let image = 0; image < n; image++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const wave = Math.sin(x / 9 + image) + Math.sin(y / 7 - x / 31 + seed) + Math.sin((x + y) / 3.3);
        for (let c = 0; c < channels; c++) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          const noise = state / 4294967296 - 0.5;
          data[i++] = Math.round((wave * 0.75 + noise) * 4096) / 4096;
        }
      }
    }
  }
  return data;
}

function samplesOf(output: Float32Array, number = Math.min(SAMPLES, output.length)): number[] {
  const last = output.length - 1;
  return Array.from(
    { length: number },
    (_, i) => output[number > 1 ? Math.round((i * last) / (number - 1)) : 0] ?? Number.NaN,
  );
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  const difference = Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
