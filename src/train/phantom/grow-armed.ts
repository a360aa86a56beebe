import type { Random } from "../random.js";
import type { Arm, ArmedCell, Cell, CultureOptions, Placing, Speck } from "./cells.js";
import { tallCell } from "./round-cell.js";

/** What the cells of one culture have in common. */
interface ArmedType {
  /** Typical half width of a body, µm. */
  readonly radius: number;
  /** Share of cells with two arms, opposite each other. */
  readonly spindles: number;
  readonly reach: number;
  readonly ragged: number;
  readonly granules: number;
}

/** Tries for each new cell; it takes the place farthest from all others. */
const TRIES = 10;

/** Cells of one line: bodies stretched between arms, each where there is room. */
export function growArmed(random: Random, options: CultureOptions): Cell[] {
  const { sideUm, cellScale } = options;
  const type = drawArmedType(random, cellScale);
  const round = random.between(0.02, 0.09);
  // An armed cell covers some five times the area of its body's radius.
  const wanted = (options.confluence * sideUm * sideUm) / (5 * Math.PI * type.radius ** 2);
  const cells: Cell[] = [];
  for (let k = 0; k < wanted; k++) {
    const { x, y } = freePlace(random, sideUm, cells);
    const angle = random.between(0, 2 * Math.PI);
    const speed = random.normal() * 0.9;
    const placing: Placing = {
      x,
      y,
      // Stretched cells creep along their length.
      vx: speed * Math.cos(angle) + random.normal() * 0.3,
      vy: speed * Math.sin(angle) + random.normal() * 0.3,
      turn: random.normal() * 0.02,
      angle,
    };
    cells.push(random.chance(round) ? tallCell(random, placing, options) : armedCell(random, placing, type, options));
  }
  return cells;
}

function freePlace(random: Random, sideUm: number, cells: readonly Cell[]): { x: number; y: number } {
  let best = { x: 0, y: 0, room: -1 };
  for (let k = 0; k < TRIES; k++) {
    const x = random.between(0, sideUm);
    const y = random.between(0, sideUm);
    const room = cells.reduce((least, cell) => Math.min(least, Math.hypot(cell.x - x, cell.y - y)), sideUm);
    if (room > best.room) best = { x, y, room };
  }
  return best;
}

function drawArmedType(random: Random, cellScale: number): ArmedType {
  return {
    radius: random.between(8, 11) * cellScale,
    spindles: random.between(0.15, 0.6),
    reach: random.between(2.6, 4.2),
    ragged: random.between(0.5, 1.5) * cellScale,
    granules: random.between(6, 30),
  };
}

function armedCell(random: Random, placing: Placing, type: ArmedType, options: CultureOptions): ArmedCell {
  const size = type.radius * random.between(0.8, 1.3);
  const arms = random.chance(type.spindles) ? spindleArms(random, size, type) : starArms(random, size, type);
  const longest = Math.max(...arms.map(({ length, foot }) => length + foot));
  // Cells that hold on to less stand higher: spread ones are thin and pale.
  const phase = random.between(0.75, 1.35) * options.phaseScale;
  const nucleusRadius = size * random.between(0.4, 0.52);
  const nucleus = {
    x: random.normal() * size * 0.2,
    y: random.normal() * size * 0.1,
    a: nucleusRadius * random.between(1.1, 1.5),
    b: nucleusRadius,
  };
  return {
    kind: "armed",
    ...placing,
    radius: longest,
    phase,
    body: { a: size * random.between(0.9, 1.4), b: size * random.between(0.65, 0.9) },
    nucleus,
    arms,
    web: size * random.between(0.35, 0.65),
    ragged: type.ragged * random.between(0.5, 1.5),
    seed: random.integer(1, 2 ** 31),
    specks: [...nucleoli(random, nucleus, phase), ...granules(random, size, type, phase, nucleus)],
  };
}

function spindleArms(random: Random, size: number, type: ArmedType): Arm[] {
  const arms = [0, Math.PI].map((angle) => drawArm(random, angle + random.normal() * 0.25, size, type.reach * 1.3));
  return random.chance(0.4) ? [...arms, drawArm(random, random.between(0, 2 * Math.PI), size, type.reach * 0.7)] : arms;
}

/** Three to five arms around the cell; one or two broad ones lead, as where a cell moves. */
function starArms(random: Random, size: number, type: ArmedType): Arm[] {
  const count = random.integer(3, 5);
  const lead = random.integer(0, count - 1);
  return Array.from({ length: count }, (_, k) => {
    const arm = drawArm(random, (2 * Math.PI * (k + random.between(-0.3, 0.3))) / count, size, type.reach);
    return k === lead && random.chance(0.7)
      ? { ...arm, root: size * 0.9, waist: size * random.between(0.4, 0.8), foot: size * random.between(0.6, 1) }
      : arm;
  });
}

function drawArm(random: Random, angle: number, size: number, reach: number): Arm {
  const waist = random.between(0.4, 1.3) * (size / 8);
  return {
    angle,
    length: size * reach * random.between(0.45, 1.2),
    root: size * random.between(0.3, 0.6),
    waist,
    foot: waist * random.between(1, 2.6),
    bend: random.normal() * 0.35,
    sway: random.between(0, 2 * Math.PI),
  };
}

function nucleoli(random: Random, nucleus: ArmedCell["nucleus"], phase: number): Speck[] {
  return Array.from({ length: random.integer(1, 3) }, () => ({
    x: nucleus.x + random.normal() * nucleus.a * 0.3,
    y: nucleus.y + random.normal() * nucleus.b * 0.3,
    radius: random.between(0.9, 1.7),
    phase: phase * random.between(0.25, 0.5),
  }));
}

/** Vesicles and droplets crowd around the nucleus; a few are strong. */
function granules(
  random: Random,
  size: number,
  type: ArmedType,
  phase: number,
  nucleus: ArmedCell["nucleus"],
): Speck[] {
  const specks = Array.from({ length: Math.round(type.granules * random.between(0.4, 1.6)) }, () => ({
    x: random.normal() * size * 0.95,
    y: random.normal() * size * 0.5,
    radius: random.logBetween(0.5, 1.3),
    phase: phase * (random.chance(0.93) ? random.between(0.1, 0.4) : random.between(-0.5, -0.15)),
  }));
  return specks.filter(({ x, y }) => Math.hypot((x - nucleus.x) / nucleus.a, (y - nucleus.y) / nucleus.b) > 1.1);
}
