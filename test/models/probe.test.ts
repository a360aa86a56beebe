import { expect, test } from "vitest";
import { probeNetwork } from "../../src/models/probe.js";
import type { RunnableNetwork } from "../../src/models/self-test.js";

const input = { channels: 1, standardisation: "mean 0, s.d. 1" };
const reconstructor = { name: "mine", kind: "reconstructor", input: { ...input, multiple: 32 } } as const;
const classifier = { name: "mine", kind: "classifier", input: { ...input, size: 64 } } as const;

/** Answers `make(shape)`; refuses shapes that `takes` does not like. */
function network(
  make: (shape: readonly number[]) => { data: Float32Array; shape: readonly number[] },
  takes: (shape: readonly number[]) => boolean = () => true,
): RunnableNetwork {
  return {
    run: async ({ shape }) => {
      if (!takes(shape)) throw new Error("Got invalid dimensions for input: index 3");
      return make(shape);
    },
  };
}
const same = (shape: readonly number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)), shape });
const answers = (...values: number[]) => network(() => ({ data: Float32Array.from(values), shape: [2, 2] }));

test("a reconstructor is tried on a rectangle whose sides it takes", async () => {
  expect(await probeNetwork(network(same), reconstructor)).toEqual([1, 96, 128, 1]);
  const odd = { ...reconstructor, input: { ...input, multiple: 160 } };
  expect(await probeNetwork(network(same), odd)).toEqual([1, 160, 320, 1]);
});

test("a reconstructor of one size is tried on that", async () => {
  const fixed = { ...reconstructor, input: { ...input, size: 388 } };
  expect(await probeNetwork(network(same), fixed)).toEqual([1, 388, 388, 1]);
});

test("a classifier is tried on two tiles", async () => {
  expect(await probeNetwork(answers(0.25, 0.75, 1, 0), classifier)).toEqual([2, 64, 64, 1]);
});

test("what does not fit is refused in words that help", async () => {
  const refused = (made: RunnableNetwork, card: typeof reconstructor | typeof classifier) =>
    expect(probeNetwork(made, card)).rejects;
  await refused(
    network(same, ([, first]) => first === 1),
    reconstructor,
  ).toThrow(
    /RF_MODEL_INVALID.*takes its channels first, \[1, 1, 96, 128\]; refocusd gives \[n, height, width, channels\]/,
  );
  await refused(
    network(same, () => false),
    reconstructor,
  ).toThrow(/does not take .*invalid dimensions/);
  await refused(
    network(([n, h, w]) => same([n!, h! - 8, w! - 8, 1])),
    reconstructor,
  ).toThrow(/answers \[1, 88, 120, 1\] to \[1, 96, 128, 1\]/);
  await refused(
    network(([n, h, w]) => same([n!, w!, h!, 1])),
    reconstructor,
  ).toThrow(/an image of the same size/);
  await refused(
    network((shape) => same(shape)),
    { ...reconstructor, input: { multiple: 32, channels: 2, standardisation: "x" } },
  ).toThrow(/answers \[1, 96, 128, 2\] to \[1, 96, 128, 2\]; .* of one channel/);
  await refused(
    network((shape) => ({ ...same(shape), data: new Float32Array(3).fill(Number.NaN) })),
    reconstructor,
  ).toThrow(/not numbers/);
  await refused(answers(2.5, -1.5, 0, 1), classifier).toThrow(/no probabilities: export it with its softmax/);
  await refused(
    network(() => ({ data: new Float32Array(2), shape: [2, 1] })),
    classifier,
  ).toThrow(/answers \[2, 1\] to 2 tiles/);
  await refused(answers(0, 1, 0, 1), { ...classifier, input } as never).toThrow(/must give input.size/);
});
