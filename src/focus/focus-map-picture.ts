import type { Frame } from "../frames/frame.js";
import { backdrop } from "../frames/picture/backdrop.js";
import { type Canvas, type Colour, drawText, fillBox, outline, textWidth } from "../frames/picture/canvas.js";
import { colourOf } from "../frames/picture/colour-scale.js";
import { boxOf, shares } from "../frames/picture/shares.js";
import { sheet } from "../frames/picture/sheet.js";
import type { Judgement } from "./judge-frame.js";
import { type Square, tileGrid } from "./tile-grid.js";
import type { Thresholds } from "./verdict.js";

/** Of the map along the frame's longer side, px: enough for 20 tiles with their numbers. */
const SIDE = 560;
const TINT = 0.45;
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

type Judged = Pick<Judgement, "verdict" | "pDefocused" | "focusMap" | "tiles">;

/**
 * P(defocused) per tile over a dimmed view of the frame, with its numbers, and a small square where the network looked. Tiles that show
 * nothing have no colour: they have no say in the verdict.
 * @param frame counts, larger is brighter
 */
export function focusMapPicture(frame: Frame, name: string, judged: Judged, thresholds: Thresholds): Canvas {
  const { canvas, scale } = backdrop(frame, SIDE);
  const grid = tileGrid(frame.width, frame.height);
  const lefts = grid.tiles.slice(0, grid.columns).map(({ left }) => left);
  const tops = grid.tiles.filter((_, k) => k % grid.columns === 0).map(({ top }) => top);
  const [across, down] = [shares(lefts, grid.side), shares(tops, grid.side)];
  judged.focusMap.flat().forEach((p, k) => {
    const box = boxOf(across[k % grid.columns]!, down[Math.floor(k / grid.columns)]!, scale);
    const tile = judged.tiles[k]!;
    if (!tile.isBlank) fillBox(canvas, box, colourOf(p), TINT);
    outline(canvas, box, WHITE, 0.5);
    outline(canvas, scaled(tile, scale), WHITE, tile.isBlank ? 0.25 : 0.7);
    const label = tile.isBlank ? "blank" : p.toFixed(2);
    const size = textWidth(label, 2) + 8 <= box.width ? 2 : 1;
    drawText(canvas, label, { left: box.left + 5, top: box.top + 5, size }, WHITE, BLACK);
  });
  const p = judged.pDefocused === null ? "" : ` (${judged.pDefocused.toFixed(2)})`;
  const { focusedBelow, defocusedAbove } = thresholds;
  const inner = [...new Set([focusedBelow, defocusedAbove])].filter((at) => at > 0.08 && at < 0.92);
  return sheet(
    ["Focus map", name],
    [
      {
        lines: [
          `P(defocused) of each tile; the frame: ${judged.verdict}${p}`,
          "small square: where the network looked; blank: no say",
        ],
        map: canvas,
        ticks: [0, ...inner, 1].map((at) => ({ at, label: String(at) })),
        ends: ["in focus", "out of focus"],
      },
    ],
  );
}

function scaled({ left, top, side }: Square, scale: number) {
  const length = Math.max(3, Math.round(side * scale));
  return { left: Math.round(left * scale), top: Math.round(top * scale), width: length, height: length };
}
