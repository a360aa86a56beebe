import { expect, it } from "vitest";
import { plot } from "../../src/evaluate/page/plots.js";

/** Of a digit of 12 px in DejaVu Sans, which is wide; px. */
const DIGIT = 7.64;

it.each([
  [0, 1],
  [-0.5, 1],
  [419, 4320],
  [13_500, 65_500],
])("numbers along the y axis from %f to %f are within the picture, beside the axis", (from, to) => {
  const axes = { title: "t", x: { label: "px", from: 0, to: 9 }, y: { label: "counts", from, to } };
  const { text } = plot(axes, [{ name: "a", points: [{ x: 0, y: from }], as: "dots" }]);
  const axis = Number(/class="frame" d="M([\d.]+) /.exec(text)![1]);
  const heights = [...text.matchAll(/<text x="([\d.]+)" y="[\d.]+" text-anchor="end">(-?[\d.]+)<\/text>/g)]
    .map(([, right, label]) => ({ right: Number(right), label: label! }))
    .filter(({ right }) => right < axis);
  expect(heights.map(({ label }) => Number(label))).toEqual([from, Number(((from + to) / 2).toPrecision(3)), to]);
  for (const { right, label } of heights) expect(right - label.length * DIGIT).toBeGreaterThanOrEqual(0);
  expect(text).toContain(`class="dots s0" d="M${axis.toFixed(1)} `);
});
