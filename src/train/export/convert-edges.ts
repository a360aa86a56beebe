import type { GraphBuilder } from "./graph-builder.js";

/** Height and width of [n, channels, h, w]. */
const AXES = [2, 3] as const;
/** ONNX' word for "to the end" of an axis of any length. */
const END = 2 ** 31 - 1;

type Sides = readonly [readonly [number, number], readonly [number, number]];

/** Takes pixels off the edges. */
export function crop(graph: GraphBuilder, x: string, sides: unknown, name: string): string {
  const [[top, bottom], [left, right]] = sides as Sides;
  const bounds = [
    graph.integers(`${name}/starts`, [top, left]),
    graph.integers(`${name}/ends`, [bottom === 0 ? END : -bottom, right === 0 ? END : -right]),
    graph.integers(`${name}/axes`, AXES),
  ];
  return graph.node("Slice", [x, ...bounds], name);
}

/** Puts zeros around the edges. */
export function zeroPad(graph: GraphBuilder, x: string, sides: unknown, name: string): string {
  const [[top, bottom], [left, right]] = sides as Sides;
  const pads = graph.integers(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
  return graph.node("Pad", [x, pads], name, { mode: "constant" });
}

/**
 * Goes on beyond the edges as in a mirror. ONNX' Pad has no such mode (its `reflect` leaves the outermost pixel out), so the strips along
 * the edges are cut out backwards and joined on.
 */
export function symmetricPad(graph: GraphBuilder, x: string, pad: number, name: string): string {
  return AXES.reduce((image, axis) => {
    const at = `${name}/${axis === 2 ? "rows" : "columns"}`;
    const axes = graph.integers(`${at}/axes`, [axis]);
    const backwards = graph.integers(`${at}/steps`, [-1]);
    const strip = (side: string, start: number, end: number) => {
      const bounds = [graph.integers(`${at}/${side}/start`, [start]), graph.integers(`${at}/${side}/end`, [end])];
      return graph.node("Slice", [image, ...bounds, axes, backwards], `${at}/${side}`);
    };
    const parts = [strip("before", pad - 1, -END), image, strip("after", -1, -pad - 1)];
    return graph.node("Concat", parts, axis === 3 ? name : at, { axis });
  }, x);
}
