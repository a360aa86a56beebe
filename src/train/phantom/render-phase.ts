import { createPlane, type Plane } from "../plane.js";
import { createRandom } from "../random.js";
import type { Culture, Process, RoundCell, Speck, SpreadCell } from "./culture.js";

/** A camera looking at a culture: `size` × `size` pixels of `pixelUm`, its corner at (left, top) µm. */
export interface View {
  readonly size: number;
  readonly pixelUm: number;
  readonly left: number;
  readonly top: number;
}

/**
 * Phase (rad) that the culture adds to light at time point `time`: bodies, nuclei, nucleoli, organelles, processes, round
 * cells, debris and the substrate's texture. Sharp to the pixel; the optics blur it.
 */
export function renderPhase(culture: Culture, view: View, time = 0): Plane {
  const plane = substrate(culture, view);
  for (const cell of culture.cells) {
    const x = cell.x + cell.vx * time;
    const y = cell.y + cell.vy * time;
    const angle = cell.angle + cell.turn * time;
    if (cell.kind === "spread") drawSpread(plane, view, cell, x, y, angle, time);
    else drawRound(plane, view, cell, x, y);
    for (const speck of cell.specks) {
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      drawSpeck(plane, view, { ...speck, x: x + speck.x * cos - speck.y * sin, y: y + speck.x * sin + speck.y * cos });
    }
  }
  for (const speck of culture.debris) drawSpeck(plane, view, speck);
  return plane;
}

/** Adds `f(dx, dy)` (µm from the centre) to all pixels within `reach` µm of (x, y). */
function stamp(plane: Plane, view: View, x: number, y: number, reach: number, f: (dx: number, dy: number) => number) {
  const px = (x - view.left) / view.pixelUm;
  const py = (y - view.top) / view.pixelUm;
  const r = reach / view.pixelUm + 1;
  const x0 = Math.max(0, Math.floor(px - r));
  const x1 = Math.min(view.size - 1, Math.ceil(px + r));
  const y0 = Math.max(0, Math.floor(py - r));
  const y1 = Math.min(view.size - 1, Math.ceil(py + r));
  for (let v = y0; v <= y1; v++) {
    for (let u = x0; u <= x1; u++) {
      plane.data[v * view.size + u]! += f((u - px) * view.pixelUm, (v - py) * view.pixelUm);
    }
  }
}

function drawSpread(plane: Plane, view: View, cell: SpreadCell, x: number, y: number, angle: number, time: number) {
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

function drawRound(plane: Plane, view: View, cell: RoundCell, x: number, y: number) {
  stamp(plane, view, x, y, cell.radius, (dx, dy) => {
    const u2 = (dx * dx + dy * dy) / cell.radius ** 2;
    return u2 >= 1 ? 0 : cell.phase * Math.sqrt(1 - u2);
  });
}

function drawSpeck(plane: Plane, view: View, speck: Speck) {
  stamp(plane, view, speck.x, speck.y, speck.radius * 2.2, (dx, dy) => {
    const u2 = (dx * dx + dy * dy) / speck.radius ** 2;
    return speck.phase * Math.exp(-u2 * u2);
  });
}

/** Smooth noise on a lattice of the texture's grain: fixed to the substrate, so it is the same at every time point. */
function substrate(culture: Culture, view: View): Plane {
  const plane = createPlane(view.size, view.size);
  const { phase, grainUm, seed } = culture.texture;
  const cells = Math.ceil(culture.sideUm / grainUm) + 3;
  const random = createRandom(seed);
  const lattice = Float32Array.from({ length: cells * cells }, () => random.normal());
  const value = (i: number, j: number) =>
    lattice[Math.min(cells - 1, Math.max(0, j)) * cells + Math.min(cells - 1, Math.max(0, i))]!;
  const smooth = (t: number) => t * t * (3 - 2 * t);
  for (let v = 0; v < view.size; v++) {
    const gy = (view.top + v * view.pixelUm) / grainUm + 1;
    const j = Math.floor(gy);
    const ty = smooth(gy - j);
    for (let u = 0; u < view.size; u++) {
      const gx = (view.left + u * view.pixelUm) / grainUm + 1;
      const i = Math.floor(gx);
      const tx = smooth(gx - i);
      const top = value(i, j) * (1 - tx) + value(i + 1, j) * tx;
      const bottom = value(i, j + 1) * (1 - tx) + value(i + 1, j + 1) * tx;
      plane.data[v * view.size + u] = phase * (top * (1 - ty) + bottom * ty);
    }
  }
  return plane;
}
