import { RefocusdError } from "../errors/refocusd-error.js";
import type { Clock } from "../system/clock.js";
import type { Engine } from "./engine.js";

export interface SelfTestNetwork {
  readonly name: string;
  readonly directory: string;
  /** `[n, height, width, channels]` of the batch to time. */
  readonly shape: readonly [number, number, number, number];
}

export interface NetworkTiming {
  readonly name: string;
  readonly shape: readonly number[];
  readonly outputShape: readonly number[];
  /** Milliseconds to read the file and prepare the network. */
  readonly loadMs: number;
  /** Milliseconds of the first run, which also allocates. */
  readonly firstMs: number;
  /** Milliseconds of the best of the runs that follow. */
  readonly runMs: number;
}

export interface EngineReport {
  readonly engine: string;
  readonly version: string;
  readonly device: string;
  readonly networks: readonly NetworkTiming[];
}

/**
 * Loads each network, runs it on noise and times it: what `refocusd check` shows.
 * @throws RF_ENGINE_FAILED when an output is not finite; what loading and running throw.
 */
export async function engineSelfTest(
  engine: Engine,
  networks: readonly SelfTestNetwork[],
  clock: Clock,
  runs = 3,
): Promise<EngineReport> {
  const timings: NetworkTiming[] = [];
  for (const network of networks) timings.push(await time(engine, network, clock, runs));
  return { engine: engine.name, version: engine.version, device: engine.device, networks: timings };
}

async function time(engine: Engine, test: SelfTestNetwork, clock: Clock, runs: number): Promise<NetworkTiming> {
  const started = clock.monotonic();
  const network = await engine.load(test.directory);
  try {
    const loadMs = clock.monotonic() - started;
    const data = Float32Array.from({ length: test.shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 12.9898));
    const durations: number[] = [];
    let outputShape: readonly number[] = [];
    for (let i = 0; i <= runs; i++) {
      const from = clock.monotonic();
      const output = await network.run({ data, shape: test.shape });
      durations.push(clock.monotonic() - from);
      outputShape = output.shape;
      if (!output.data.every(Number.isFinite)) {
        throw new RefocusdError("RF_ENGINE_FAILED", `${test.name} on ${engine.name} gave values that are not numbers`);
      }
    }
    const [firstMs = 0, ...rest] = durations;
    return { name: test.name, shape: test.shape, outputShape, loadMs, firstMs, runMs: Math.min(...rest) };
  } finally {
    await network.dispose();
  }
}
