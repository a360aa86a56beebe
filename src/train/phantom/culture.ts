import type { Random } from "../random.js";
import type { Culture, CultureOptions, Speck } from "./cells.js";
import { growArmed } from "./grow-armed.js";
import { growOval } from "./grow-oval.js";

/** Cells of one drawn type, scattered over a field. */
export function growCulture(random: Random, options: CultureOptions): Culture {
  const { sideUm } = options;
  const shape = options.shape ?? (random.chance(0.6) ? "armed" : "oval");
  const cells = shape === "armed" ? growArmed(random, options) : growOval(random, options);
  return { sideUm, cells, debris: drawDebris(random, options), texture: drawTexture(random, options) };
}

function drawDebris(random: Random, { sideUm, phaseScale }: CultureOptions): Speck[] {
  const specks = random.chance(0.6) ? random.integer(0, Math.ceil(sideUm / 12)) : 2;
  return Array.from({ length: specks }, () => ({
    x: random.between(0, sideUm),
    y: random.between(0, sideUm),
    radius: random.logBetween(0.5, 3),
    phase: random.between(0.2, 1.6) * phaseScale,
  }));
}

function drawTexture(random: Random, { cellScale, phaseScale }: CultureOptions): Culture["texture"] {
  return {
    phase: random.logBetween(0.004, 0.05) * phaseScale,
    grainUm: random.logBetween(1, 3.5) * cellScale,
    seed: random.integer(1, 2 ** 31),
  };
}
