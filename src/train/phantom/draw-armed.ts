import type { Arm, ArmedCell } from "./cells.js";
import { valueNoise } from "./value-noise.js";

interface Node {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const SEGMENTS = 5;
/** Height of the thin edge, of the thick middle and of the bulge over the nucleus, as shares of the cell's phase. */
const LAMELLA = 0.16;
const MIDDLE = 0.56;
const BULGE = 0.28;

/** Phase (rad) of a cell at time point `time`, at (x, y) µm from its centre in its own axes. */
export function armedPhase(cell: ArmedCell, time: number): (x: number, y: number) => number {
  const arms = cell.arms.map((arm) => armNodes(arm, time));
  const noise = valueNoise(cell.seed);
  const { body, nucleus, web } = cell;
  const ruffle = 0.25 * time;
  return (x, y) => {
    // A soft minimum of the distances to body and arms: it is what draws the membrane out between them.
    let sum = Math.exp(-distanceToEllipse(x, y, body.a, body.b) / web);
    for (const nodes of arms) sum += Math.exp(-distanceToArm(x, y, nodes) / web);
    const rough = 0.6 * noise(x / 3.2 + ruffle, y / 3.2) + 0.4 * noise(x / 1.3, y / 1.3 + ruffle);
    const inside = web * Math.log(sum) + 2 * cell.ragged * rough;
    if (inside <= 0) return 0;
    const w = length((x - nucleus.x) / nucleus.a, (y - nucleus.y) / nucleus.b);
    let height = LAMELLA * Math.min(1, inside / 0.7);
    height += MIDDLE * (1 - Math.exp(-((inside / (1.1 * web)) ** 2)));
    height += BULGE * Math.exp(-((w / 1.7) ** 2)) * Math.min(1, inside / web);
    const mottle = w < 1 ? 0.4 : 1;
    height *= 1 + mottle * (0.14 * noise(x / 1.1 + 17, y / 1.1) + 0.16 * noise(x / 2.8, y / 2.8 + 31));
    if (w < 1.2) {
      // The nucleus is smoother and a little lighter than the cytoplasm around it, its envelope a little denser.
      height += w < 1 ? -0.14 * Math.min(1, (1 - w) * 5) : 0;
      height += 0.07 * Math.exp(-(((w - 1) * nucleus.b) ** 2) / 0.35);
    }
    return cell.phase * height;
  };
}

/** The middle line of an arm at a time point: it stretches and sways slowly, and ends in a spread foot. */
function armNodes(arm: Arm, time: number): Node[] {
  const length = arm.length * (1 + 0.14 * Math.sin(arm.sway + 0.45 * time));
  let direction = arm.angle + 0.08 * Math.sin(1.7 * arm.sway + 0.3 * time);
  const nodes: Node[] = [];
  let x = 0;
  let y = 0;
  for (let k = 0; k <= SEGMENTS; k++) {
    const t = k / SEGMENTS;
    const radius = k === SEGMENTS ? arm.foot : arm.waist + (arm.root - arm.waist) * (1 - t) ** 1.6;
    nodes.push({ x, y, radius });
    x += (length / SEGMENTS) * Math.cos(direction);
    y += (length / SEGMENTS) * Math.sin(direction);
    direction += arm.bend / SEGMENTS;
  }
  return nodes;
}

function distanceToArm(x: number, y: number, nodes: readonly Node[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 1; k < nodes.length; k++) {
    const from = nodes[k - 1]!;
    const to = nodes[k]!;
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
    const t = Math.min(1, Math.max(0, along));
    const distance = length(x - from.x - t * dx, y - from.y - t * dy) - (from.radius + t * (to.radius - from.radius));
    if (distance < least) least = distance;
  }
  return least;
}

/** Exact on the axes, close elsewhere; negative inside. */
function distanceToEllipse(x: number, y: number, a: number, b: number): number {
  const k = length(x / a, y / b);
  return k === 0 ? -Math.min(a, b) : (k * (k - 1)) / length(x / (a * a), y / (b * b));
}

/** Math.hypot guards against overflow, which costs several times as much. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}
