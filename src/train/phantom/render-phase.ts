import type { Plane } from "../plane.js";
import type { ArmedCell, Culture, RoundCell, Speck } from "./cells.js";
import { armedPhase } from "./draw-armed.js";
import { drawSpread } from "./draw-oval.js";
import { stamp, type View } from "./stamp.js";
import { substrate } from "./substrate.js";

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
    switch (cell.kind) {
      case "spread":
        drawSpread(plane, view, cell, x, y, angle, time);
        break;
      case "armed":
        drawArmed(plane, view, cell, x, y, angle, time);
        break;
      case "round":
        drawRound(plane, view, cell, x, y, time);
        break;
    }
    for (const speck of cell.specks) {
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      drawSpeck(plane, view, { ...speck, x: x + speck.x * cos - speck.y * sin, y: y + speck.x * sin + speck.y * cos });
    }
  }
  for (const speck of culture.debris) drawSpeck(plane, view, speck);
  return plane;
}

function drawArmed(plane: Plane, view: View, cell: ArmedCell, x: number, y: number, angle: number, time: number) {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const phase = armedPhase(cell, time);
  stamp(plane, view, x, y, cell.radius * 1.25, (dx, dy) => phase(dx * cos + dy * sin, -dx * sin + dy * cos));
}

function drawRound(plane: Plane, view: View, cell: RoundCell, x: number, y: number, time: number) {
  const { division } = cell;
  const apart = division ? Math.min(1, Math.max(0, (time - division.at) / 2)) : 0;
  // Two halves of a ball's volume each have 0.79 of its radius.
  const radius = cell.radius * (1 - 0.21 * apart);
  const dx = apart * radius * Math.cos(division?.axis ?? 0);
  const dy = apart * radius * Math.sin(division?.axis ?? 0);
  stamp(plane, view, x, y, radius * 2, (u, v) => {
    const one = ballHeight(u - dx, v - dy, radius);
    const other = ballHeight(u + dx, v + dy, radius);
    return cell.phase * (radius / cell.radius) * Math.max(one, other);
  });
}

/** Thickness of a ball, as a share of its diameter. */
function ballHeight(x: number, y: number, radius: number): number {
  return Math.sqrt(Math.max(0, 1 - (x * x + y * y) / radius ** 2));
}

function drawSpeck(plane: Plane, view: View, speck: Speck) {
  stamp(plane, view, speck.x, speck.y, speck.radius * 2.2, (dx, dy) => {
    const u2 = (dx * dx + dy * dy) / speck.radius ** 2;
    return speck.phase * Math.exp(-u2 * u2);
  });
}
