import { expect, test } from "vitest";
import type { LoadedNetwork } from "../../../src/engines/engine.js";
import { judgeFrame } from "../../../src/focus/judge-frame.js";
import { distanceOf } from "../../../src/focus/spectrum/distance-of.js";
import { bundledModels, findModel } from "../../../src/models/registry.js";
import { noise } from "../../train/support/planes.js";

const { card } = await findModel(bundledModels(), "sdcnn", "classifier");
const part = card.spectrum!.distance!;
const thresholds = { focusedBelow: 0.35, defocusedAbove: 0.65 };
const network: LoadedNetwork = {
  run: async ({ shape: [n] }) => ({
    data: new Float32Array(2 * n!).fill(0.5),
    shape: [n!, 2],
  }),
  dispose: async () => {},
};
/** Noise alone would be a blank frame. */
const { data } = noise(400, 300, 5, 0, 0.02);
const plane = { data: data.map((value, i) => 1 + 0.2 * Math.sin((i % 400) / 9) * Math.sin(i / 400 / 7) + value) };
const counts = Uint16Array.from(plane.data, (value) => value * 16384);
const frame = { width: 400, height: 300, channels: 1, bitDepth: 16, data: counts } as const;

test.each([0.475, undefined])("is what judging tells, with the sampling %s", async (sampling) => {
  const { distance } = await judgeFrame(frame, { network, spectrum: card.spectrum }, thresholds, sampling);
  expect(distance).not.toBeNull();
  expect(distanceOf(frame, part, sampling)).toEqual(distance);
});

test("is that of the same frame in relative intensities", () => {
  const relative = { ...frame, bitDepth: 32, sampleFormat: "float", data: plane.data } as const;
  const [a, b] = [distanceOf(frame, part, 0.475)!, distanceOf(relative, part, 0.475)!];
  expect(b.dof).toBeCloseTo(a.dof, 2);
});

test("is nothing below 256 px", () => {
  const small = noise(255, 300, 5, 1, 0.1);
  const tiny = { ...small, channels: 1, bitDepth: 32, sampleFormat: "float" } as const;
  expect(distanceOf(tiny, part)).toBeNull();
});
