import type { Plane } from "../plane.js";
import type { Process, SpreadCell } from "./cells.js";
import { stamp, type View } from "./stamp.js";

/** Draws an oval cell with its processes. */
export function drawSpread(
  plane: Plane,
  view: View,
  cell: SpreadCell,
  x: number,
  y: number,
  angle: number,
  time: number,
) {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const stretch = Math.sqrt(cell.elongation);
  const { nucleus } = cell;
  const edge = (theta: number) =>
    cell.radius *
    cell.outline.reduce((r, o, k) => r + o.amplitude * Math.cos((k + 2) * theta + o.phase + o.drift * time), 1);
  stamp(plane, view, x, y, cell.radius * stretch * 1.6, (dx, dy) => {
    // Into the cell's own axes, where the body is round.
    const a = (dx * cos + dy * sin) / stretch;
    const b = (-dx * sin + dy * cos) * stretch;
    const u = Math.hypot(a, b) / edge(Math.atan2(b, a));
    if (u >= 1) return 0;
    // A thin lamella that ends in a step, and a dome over the nucleus.
    const lamella = 0.22 * Math.min(1, (1 - u) * 9);
    const dome = 0.78 * Math.exp(-((u / 0.5) ** 2)) * (1 - u * u);
    let phase = lamella + dome;
    const na = dx * cos + dy * sin - nucleus.x;
    const nb = -dx * sin + dy * cos - nucleus.y;
    const w = Math.hypot(na / nucleus.a, nb / nucleus.b);
    if (w < 1.15) {
      // The nucleus is a little lighter than the cytoplasm around it, its envelope a little denser.
      phase += w < 1 ? -0.1 * Math.min(1, (1 - w) * 6) : 0;
      phase += 0.12 * Math.exp(-(((w - 1) * nucleus.b) ** 2) / 0.3);
    }
    return cell.phase * phase;
  });
  for (const process of cell.processes) drawProcess(plane, view, cell, process, x, y, angle, edge);
}

function drawProcess(
  plane: Plane,
  view: View,
  cell: SpreadCell,
  process: Process,
  x: number,
  y: number,
  angle: number,
  edge: (theta: number) => number,
) {
  const stretch = Math.sqrt(cell.elongation);
  const r = edge(process.angle) * 0.9;
  const rootA = r * Math.cos(process.angle) * stretch;
  const rootB = (r * Math.sin(process.angle)) / stretch;
  let px = x + rootA * Math.cos(angle) - rootB * Math.sin(angle);
  let py = y + rootA * Math.sin(angle) + rootB * Math.cos(angle);
  let direction = angle + Math.atan2(rootB, rootA);
  const step = 0.5;
  const steps = Math.ceil(process.length / step);
  for (let k = 0; k < steps; k++) {
    const taper = 1 - k / steps;
    const width = process.width * (0.35 + 0.65 * taper);
    // Overlapping dabs add up along the line to the process' own phase.
    const dab = (0.3 * cell.phase * step * (0.4 + 0.6 * taper)) / (width * 1.77);
    stamp(plane, view, px, py, width * 2, (dx, dy) => dab * Math.exp(-(dx * dx + dy * dy) / (width * width)));
    px += step * Math.cos(direction);
    py += step * Math.sin(direction);
    direction += (process.bend * step) / process.length;
  }
}
