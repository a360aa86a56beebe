import type { GraphBuilder } from "./graph-builder.js";

/** All of an example: channels, height and width. */
const WHOLE = { axes: [1, 2, 3], keepdims: 1 } as const;

/** scale · x + offset */
export function affine(graph: GraphBuilder, x: string, scale: number, offset: number, name: string): string {
  const scaled = graph.node("Mul", [x, scalar(graph, `${name}/scale`, scale)], `${name}/scaled`);
  return graph.node("Add", [scaled, scalar(graph, `${name}/offset`, offset)], name);
}

export function clip(graph: GraphBuilder, x: string, low: number, high: number, name: string): string {
  const bounds = [scalar(graph, `${name}/low`, low), scalar(graph, `${name}/high`, high)];
  return graph.node("Clip", [x, ...bounds], name);
}

/** γ · (x − μ) / (σ + ε) + β with μ and σ over the whole example; `gamma` and `beta` are the names of weights of one value each. */
export function scalarInstanceNorm(
  graph: GraphBuilder,
  x: string,
  { gamma, beta, epsilon }: { readonly gamma: string; readonly beta: string; readonly epsilon: number },
  name: string,
): string {
  const mean = graph.node("ReduceMean", [x], `${name}/mean`, WHOLE);
  const centred = graph.node("Sub", [x, mean], `${name}/centred`);
  const squares = graph.node("Mul", [centred, centred], `${name}/squares`);
  const variance = graph.node("ReduceMean", [squares], `${name}/variance`, WHOLE);
  const sd = graph.node("Sqrt", [variance], `${name}/sd`);
  const unit = graph.node("Add", [sd, scalar(graph, `${name}/epsilon`, epsilon)], `${name}/unit`);
  const scale = graph.node("Div", [gamma, unit], `${name}/scale`);
  const scaled = graph.node("Mul", [centred, scale], `${name}/scaled`);
  return graph.node("Add", [scaled, beta], name);
}

function scalar(graph: GraphBuilder, name: string, value: number): string {
  return graph.constant(name, [], Float32Array.of(value));
}
