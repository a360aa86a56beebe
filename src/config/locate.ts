import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair } from "yaml";

/** A place in a text file, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly (string | number)[];

/**
 * Where a key stands in the YAML text: its value, or with `what: "key"` its name. A key that is not there is
 * reported where it would belong: at the nearest group around it.
 */
export function locate(document: Document, lines: LineCounter, path: KeyPath, what: "key" | "value"): Place {
  let node = document.contents as Node | null;
  let offset = 0;
  for (const [index, step] of path.entries()) {
    const pair = child(document, node, step);
    if (pair === undefined) break;
    const last = index === path.length - 1;
    const target = (last && what === "value") || typeof step === "number" ? (pair.value ?? pair.key) : pair.key;
    offset = startOf(target) ?? offset;
    node = pair.value as Node | null;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** The value at `path` as the file has it. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[step] : undefined,
    value,
  );
}

function child(document: Document, node: Node | null, step: string | number): Pick<Pair, "key" | "value"> | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (isMap(resolved)) return resolved.items.find((pair) => isPair(pair) && nameOf(pair.key) === String(step));
  if (isSeq(resolved) && typeof step === "number" && step < resolved.items.length) {
    return { key: null, value: resolved.items[step] };
  }
  return undefined;
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
