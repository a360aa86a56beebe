import type { Random } from "../random.js";
import type { Cell, CultureOptions, Placing, SpreadCell } from "./cells.js";
import { roundCell } from "./round-cell.js";

/** Cells like islands, anywhere. */
export function growOval(random: Random, options: CultureOptions): Cell[] {
  const { sideUm, cellScale } = options;
  const type = {
    radius: random.between(11, 24) * cellScale,
    elongation: random.between(1, 2.8),
    roughness: random.between(0.05, 0.25),
    processes: random.chance(0.5) ? random.between(0, 4) : 0,
    granules: random.between(10, 90),
    round: random.chance(0.5) ? random.between(0, 0.15) : 0.02,
  };
  const cells: Cell[] = [];
  const wanted = (options.confluence * sideUm * sideUm) / (Math.PI * type.radius ** 2);
  const margin = type.radius;
  for (let k = 0; k < wanted; k++) {
    const place = () => random.between(-margin, sideUm + margin);
    const placing: Placing = {
      x: place(),
      y: place(),
      vx: random.normal() * 1.2,
      vy: random.normal() * 1.2,
      turn: random.normal() * 0.05,
      angle: random.between(0, 2 * Math.PI),
    };
    cells.push(
      random.chance(type.round) ? roundCell(random, placing, options) : spreadCell(random, placing, type, options),
    );
  }
  return cells;
}

function spreadCell(
  random: Random,
  placing: Placing,
  type: { radius: number; elongation: number; roughness: number; processes: number; granules: number },
  options: CultureOptions,
): SpreadCell {
  const radius = type.radius * random.between(0.75, 1.3);
  const nucleusRadius = radius * random.between(0.25, 0.38);
  const nucleus = {
    x: random.normal() * radius * 0.1,
    y: random.normal() * radius * 0.1,
    a: nucleusRadius * random.between(1, 1.35),
    b: nucleusRadius,
  };
  const phase = random.between(0.45, 1.2) * options.phaseScale;
  const nucleoli = Array.from({ length: random.integer(1, 4) }, () => ({
    x: nucleus.x + random.normal() * nucleusRadius * 0.35,
    y: nucleus.y + random.normal() * nucleusRadius * 0.35,
    radius: random.between(0.8, 1.9),
    phase: phase * random.between(0.2, 0.55),
  }));
  // Granules crowd around the nucleus and thin out towards the edge.
  const granules = Array.from({ length: Math.round(type.granules * random.between(0.5, 1.5)) }, () => {
    const angle = random.between(0, 2 * Math.PI);
    const distance = nucleusRadius + Math.abs(random.normal()) * (radius - nucleusRadius) * 0.45;
    return {
      x: nucleus.x + distance * Math.cos(angle),
      y: nucleus.y + distance * Math.sin(angle),
      radius: random.between(0.35, 0.95),
      phase: phase * (random.chance(0.75) ? random.between(0.1, 0.4) : random.between(-0.25, -0.05)),
    };
  });
  return {
    kind: "spread",
    ...placing,
    radius,
    phase,
    elongation: 1 + (type.elongation - 1) * random.between(0.6, 1.4),
    outline: Array.from({ length: 6 }, (_, k) => ({
      amplitude: (type.roughness * random.between(0.2, 1)) / Math.sqrt(k + 1),
      phase: random.between(0, 2 * Math.PI),
      drift: random.normal() * 0.12,
    })),
    nucleus,
    processes: Array.from({ length: Math.round(type.processes * random.between(0, 1.5)) }, () => ({
      angle: random.between(0, 2 * Math.PI),
      length: radius * random.between(0.6, 2.2),
      width: random.between(0.8, 2.2),
      bend: random.normal() * 0.8,
    })),
    specks: [...nucleoli, ...granules],
  };
}
