import { RefocusdError } from "../errors/refocusd-error.js";
import type { ModelCard } from "./card.js";
import { type RunnableNetwork, selfTestInput } from "./self-test.js";

/** What of a card says how the network is to be fed. */
export type Interface = Pick<ModelCard, "name" | "kind" | "input">;

type Shape = readonly [number, number, number, number];

/** A reconstructor of any size is tried on a rectangle, so that exchanged axes show; sides of some 96 px that are multiples of `multiple`. */
const SIDES = [96, 128] as const;

/**
 * Runs a network as refocusd would and looks at what comes back.
 * @returns the shape that it was tried with
 * @throws RF_MODEL_INVALID with what is wrong about its axes, shapes or values
 */
export async function probeNetwork(network: RunnableNetwork, card: Interface): Promise<Shape> {
  const shape = probeShape(card);
  const output = await network.run({ data: selfTestInput(1, shape), shape }).catch(async (error: unknown) => {
    throw new RefocusdError("RF_MODEL_INVALID", await axesProblem(network, card, shape, error), { cause: error });
  });
  const problem =
    card.kind === "classifier" ? classifierProblem(output, shape) : reconstructorProblem(output.shape, shape);
  const bad = problem ?? (output.data.every(Number.isFinite) ? undefined : "gives values that are not numbers");
  if (bad !== undefined) throw new RefocusdError("RF_MODEL_INVALID", `${card.name} ${bad}`);
  return shape;
}

function probeShape({ name, kind, input }: Interface): Shape {
  if (kind === "classifier") {
    if (input.size === undefined)
      throw new RefocusdError("RF_MODEL_INVALID", `${name}: the card of a classifier must give input.size, px`);
    return [2, input.size, input.size, input.channels];
  }
  if (input.size !== undefined) return [1, input.size, input.size, input.channels];
  const multiple = input.multiple ?? 1;
  const [height, width] = SIDES.map((side) => Math.ceil(side / multiple) * multiple) as [number, number];
  return [1, height, width === height ? height + multiple : width, input.channels];
}

/** Why it would not run: the usual reason is that channels come first, as PyTorch exports them. */
async function axesProblem(network: RunnableNetwork, card: Interface, shape: Shape, error: unknown): Promise<string> {
  const [n, height, width, channels] = shape;
  const first: Shape = [n, channels, height, width];
  const takesChannelsFirst = await network.run({ data: selfTestInput(1, first), shape: first }).then(
    () => true,
    () => false,
  );
  const wanted = `[n, height, width, channels], here ${describe(shape)}`;
  return takesChannelsFirst
    ? `${card.name} takes its channels first, ${describe(first)}; refocusd gives ${wanted}: transpose input and output when exporting`
    : `${card.name} does not take ${wanted}: ${error instanceof Error ? error.message : String(error)}`;
}

function classifierProblem(output: Awaited<ReturnType<RunnableNetwork["run"]>>, [n]: Shape): string | undefined {
  if (output.shape.length !== 2 || output.shape[0] !== n || output.shape[1] !== 2)
    return `answers ${describe(output.shape)} to ${n} tiles; a classifier answers [${n}, 2], P(focused) and P(defocused)`;
  for (let k = 0; k < n; k++) {
    const [focused, defocused] = output.data.subarray(2 * k, 2 * k + 2) as unknown as [number, number];
    if (focused < 0 || defocused < 0 || Math.abs(focused + defocused - 1) > 1e-3)
      return `answers ${focused} and ${defocused}, which are no probabilities: export it with its softmax`;
  }
  return undefined;
}

function reconstructorProblem(output: readonly number[], shape: Shape): string | undefined {
  const [n, height, width] = shape;
  const isSame = output.length === 4 && [n, height, width, 1].every((size, axis) => size === output[axis]);
  return isSame
    ? undefined
    : `answers ${describe(output)} to ${describe(shape)}; a reconstructor answers an image of the same size and of one channel`;
}

function describe(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
