import type { Random } from "../random.js";

/** A small thing inside or beside a cell: a nucleolus, a granule, a speck of debris. Lengths in µm. */
export interface Speck {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Peak phase, rad. */
  readonly phase: number;
}

/** A thin process that grows out of a cell's edge. */
export interface Process {
  /** Where it leaves the cell, rad. */
  readonly angle: number;
  readonly length: number;
  readonly width: number;
  /** How much its direction turns from root to tip, rad. */
  readonly bend: number;
}

interface Body {
  readonly x: number;
  readonly y: number;
  /** Walk, µm per time point. */
  readonly vx: number;
  readonly vy: number;
  readonly turn: number;
  readonly angle: number;
  readonly radius: number;
  /** Peak phase of the body, rad. */
  readonly phase: number;
  readonly specks: readonly Speck[];
}

/** A spread, adherent cell. */
export interface SpreadCell extends Body {
  readonly kind: "spread";
  readonly elongation: number;
  /** Outline: r(θ) = radius·(1 + Σ amplitude·cos(kθ + phase)), k = 2, 3, …; the phases drift by `drift` a time point. */
  readonly outline: readonly { readonly amplitude: number; readonly phase: number; readonly drift: number }[];
  readonly nucleus: { readonly x: number; readonly y: number; readonly a: number; readonly b: number };
  readonly processes: readonly Process[];
}

/** A cell that has rounded up to divide, or died: high and bright-rimmed. */
export interface RoundCell extends Body {
  readonly kind: "round";
}

/** Everything in one field, in µm, so that any camera can be pointed at it. */
export interface Culture {
  readonly sideUm: number;
  readonly cells: readonly (SpreadCell | RoundCell)[];
  readonly debris: readonly Speck[];
  /** Standard deviation of the substrate's texture, rad, and its grain, µm. */
  readonly texture: { readonly phase: number; readonly grainUm: number; readonly seed: number };
}

export interface CultureOptions {
  readonly sideUm: number;
  /** Share of the area under cells, about. */
  readonly confluence: number;
  /** Scales all cells: 1 is a fibroblast of some 25 µm radius. */
  readonly cellScale: number;
  /** Scales all phases; 1 gives bodies of about 1 rad. */
  readonly phaseScale: number;
}

/** Cells of one drawn type, scattered over a field. */
export function growCulture(random: Random, options: CultureOptions): Culture {
  const { sideUm, cellScale, phaseScale } = options;
  const type = {
    radius: random.between(11, 24) * cellScale,
    elongation: random.between(1, 2.8),
    roughness: random.between(0.05, 0.25),
    processes: random.chance(0.5) ? random.between(0, 4) : 0,
    granules: random.between(10, 90),
    round: random.chance(0.5) ? random.between(0, 0.15) : 0.02,
  };
  const cells: (SpreadCell | RoundCell)[] = [];
  const wanted = (options.confluence * sideUm * sideUm) / (Math.PI * type.radius ** 2);
  const margin = type.radius;
  for (let k = 0; k < wanted; k++) {
    const place = () => random.between(-margin, sideUm + margin);
    const common = {
      x: place(),
      y: place(),
      vx: random.normal() * 1.2,
      vy: random.normal() * 1.2,
      turn: random.normal() * 0.05,
      angle: random.between(0, 2 * Math.PI),
    };
    cells.push(
      random.chance(type.round) ? roundCell(random, common, options) : spreadCell(random, common, type, options),
    );
  }
  const debris: Speck[] = [];
  const specks = random.chance(0.6) ? random.integer(0, Math.ceil(sideUm / 12)) : 2;
  for (let k = 0; k < specks; k++) {
    debris.push({
      x: random.between(0, sideUm),
      y: random.between(0, sideUm),
      radius: random.logBetween(0.5, 3),
      phase: random.between(0.2, 1.6) * phaseScale,
    });
  }
  const texture = {
    phase: random.logBetween(0.004, 0.05) * phaseScale,
    grainUm: random.logBetween(1, 3.5) * cellScale,
    seed: random.integer(1, 2 ** 31),
  };
  return { sideUm, cells, debris, texture };
}

type Common = Pick<Body, "x" | "y" | "vx" | "vy" | "turn" | "angle">;

function roundCell(random: Random, common: Common, options: CultureOptions): RoundCell {
  const radius = random.between(6, 10) * options.cellScale;
  return {
    kind: "round",
    ...common,
    radius,
    phase: random.between(1.2, 2.6) * options.phaseScale,
    specks: Array.from({ length: random.integer(3, 14) }, () => ({
      x: random.normal() * radius * 0.35,
      y: random.normal() * radius * 0.35,
      radius: random.between(0.6, 2),
      phase: random.between(-0.3, 0.5) * options.phaseScale,
    })),
  };
}

function spreadCell(
  random: Random,
  common: Common,
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
    ...common,
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
