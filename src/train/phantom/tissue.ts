import { createPlane, meanAndSd, type Plane } from "../plane.js";
import type { Random } from "../random.js";
import { stamp, type View } from "./stamp.js";

/**
 * Phase (rad) of a layer without gaps, as confluent sheets and tissues show it: leaves that lie over one another (bodies, nuclei and
 * granules of all sizes, some with an outline) and fibres that more or less follow one direction. Sizes follow a power law, so that the
 * sharp image has detail at every scale: what is learnt on it is the optics, not a kind of cell. (Dead leaves: Lee, Mumford and
 * Huang 2001, Int. J. Comput. Vision 41:35-59.)
 */
export function renderTissue(random: Random, view: View, { cellScale, phaseScale }: TissueOptions): Plane {
  const plane = createPlane(view.size, view.size);
  const kind = random.uniform();
  if (kind < 0.75) drawLeaves(plane, view, random, cellScale);
  if (kind > 0.4) drawFibres(plane, view, random, cellScale);
  const { mean, sd } = meanAndSd(plane.data);
  const unit = (random.logBetween(0.04, 0.35) * phaseScale) / (sd || 1);
  for (let i = 0; i < plane.data.length; i++) plane.data[i] = (plane.data[i]! - mean) * unit;
  return plane;
}

export interface TissueOptions {
  /** Scales all sizes: 1 has leaves of up to 25 µm radius. */
  readonly cellScale: number;
  /** Scales all phases. */
  readonly phaseScale: number;
}

function drawLeaves(plane: Plane, view: View, random: Random, cellScale: number): void {
  const least = Math.max(1.5 * view.pixelUm, random.logBetween(0.5, 2) * cellScale);
  const most = least * random.logBetween(3, 16);
  const side = view.size * view.pixelUm;
  // Enough to cover the field some two times over.
  const cover = 2.2 * side * side;
  const outlined = random.chance(0.6) ? random.between(0, 1) : 0;
  const soft = random.chance(0.5) ? random.between(0, 0.6) : 0;
  for (let area = 0; area < cover; ) {
    // Density r^-3 between the two.
    const radius = 1 / Math.sqrt(random.between(1 / most ** 2, 1 / least ** 2));
    const stretch = Math.sqrt(random.logBetween(1, 3));
    area += Math.PI * radius * radius;
    drawLeaf(plane, view, random, {
      x: random.between(0, side),
      y: random.between(0, side),
      a: radius * stretch,
      b: radius / stretch,
      angle: random.between(0, Math.PI),
      level: random.normal(),
      outline: random.chance(outlined) ? random.between(0.3, 2) * random.sign() : 0,
      soft,
    });
  }
}

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  readonly angle: number;
  readonly level: number;
  readonly outline: number;
  readonly soft: number;
}

/** Overwrites what lies under it; a soft leaf thins out towards its edge. */
function drawLeaf(plane: Plane, view: View, random: Random, leaf: Leaf): void {
  const cos = Math.cos(leaf.angle);
  const sin = Math.sin(leaf.angle);
  const px = leaf.x / view.pixelUm;
  const py = leaf.y / view.pixelUm;
  const r = Math.max(leaf.a, leaf.b) / view.pixelUm + 1;
  const rim = Math.max(view.pixelUm, random.between(0.3, 1));
  const x1 = Math.min(view.size - 1, Math.ceil(px + r));
  const y1 = Math.min(view.size - 1, Math.ceil(py + r));
  for (let v = Math.max(0, Math.floor(py - r)); v <= y1; v++) {
    for (let u = Math.max(0, Math.floor(px - r)); u <= x1; u++) {
      const dx = (u - px) * view.pixelUm;
      const dy = (v - py) * view.pixelUm;
      const w = Math.hypot((dx * cos + dy * sin) / leaf.a, (-dx * sin + dy * cos) / leaf.b);
      if (w >= 1) continue;
      const edge = Math.exp(-((((1 - w) * leaf.b) / rim) ** 2));
      const at = v * view.size + u;
      const share = 1 - leaf.soft * w * w;
      plane.data[at] = plane.data[at]! * (1 - share) + share * (leaf.level + leaf.outline * edge);
    }
  }
}

function drawFibres(plane: Plane, view: View, random: Random, cellScale: number): void {
  const side = view.size * view.pixelUm;
  const direction = random.between(0, Math.PI);
  const disorder = random.logBetween(0.1, 2);
  const width = Math.max(0.7 * view.pixelUm, random.logBetween(0.4, 1.6) * cellScale);
  const length = width * random.logBetween(6, 30);
  const count = Math.ceil((random.logBetween(0.1, 1) * side * side) / (length * width));
  for (let k = 0; k < count; k++) {
    const own = width * random.logBetween(0.7, 1.5);
    const phase = random.normal();
    const bend = random.normal() * 0.8;
    const steps = Math.ceil((length * random.logBetween(0.5, 1.5)) / own);
    let angle = direction + random.normal() * disorder;
    let x = random.between(-0.05, 1.05) * side;
    let y = random.between(-0.05, 1.05) * side;
    for (let s = 0; s < steps; s++) {
      stamp(plane, view, x, y, own * 2, (dx, dy) => phase * Math.exp(-(dx * dx + dy * dy) / (own * own)));
      x += own * Math.cos(angle);
      y += own * Math.sin(angle);
      angle += bend / steps + random.normal() * 0.05;
    }
  }
}
