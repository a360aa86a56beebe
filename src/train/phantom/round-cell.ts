import type { Random } from "../random.js";
import type { CultureOptions, Placing, RoundCell } from "./cells.js";

export function roundCell(random: Random, placing: Placing, options: CultureOptions): RoundCell {
  const radius = random.between(6, 10) * options.cellScale;
  return {
    kind: "round",
    ...placing,
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

/** A ball of 14 to 20 µm retards light by several radians, which makes it bright; some divide while they are watched. */
export function tallCell(random: Random, placing: Placing, options: CultureOptions): RoundCell {
  const cell = roundCell(random, placing, options);
  const division = { at: random.between(1, 14), axis: random.between(0, Math.PI) };
  return { ...cell, phase: random.between(2.6, 4.6) * options.phaseScale, ...(random.chance(0.6) && { division }) };
}
