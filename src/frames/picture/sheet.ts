import { type Box, type Canvas, type Colour, createCanvas, drawText, fillBox, textWidth } from "./canvas.js";
import { colourOf } from "./colour-scale.js";

/** A map with what it shows above it and its scale below. */
export interface Panel {
  readonly lines: readonly string[];
  readonly map: Canvas;
  /** Numbers along the scale, by their place on it, 0 (blue) to 1 (red). */
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** What the two ends of the scale mean. */
  readonly ends: readonly [low: string, high: string];
}

export const INK: Colour = [20, 20, 20];
const PAPER: Colour = [255, 255, 255];
const GAP = 10;
const SIZE = 2;
const LINE = 20;
const SMALL_LINE = 12;
const BAR = 14;
/** Below a map: its scale, the numbers and what the ends mean. */
const FOOT = GAP + BAR + 4 + 2 * SMALL_LINE + GAP;

const headHeight = (titleLines: number, lines: number) => GAP + titleLines * LINE + lines * SMALL_LINE + 4;

/**
 * Where on a sheet its maps lie, for those who have only the picture: `count` of one size, under two lines of title, each with two lines of its
 * own, as focus maps and trust maps have them.
 * @returns undefined for a picture that cannot be such a sheet
 */
export function mapBoxes(sheet: { readonly width: number; readonly height: number }, count: number): Box[] | undefined {
  const top = headHeight(2, 2);
  const [width, height] = [(sheet.width - GAP) / count - GAP, sheet.height - FOOT - top];
  if (!Number.isInteger(width) || width < 1 || height < 1) return undefined;
  return Array.from({ length: count }, (_, k) => ({ left: GAP + k * (width + GAP), top, width, height }));
}

/** Panels side by side under common lines. Texts that are too long are cut. */
export function sheet(title: readonly string[], panels: readonly Panel[]): Canvas {
  const width = GAP + panels.reduce((sum, { map }) => sum + map.width + GAP, 0);
  const most = Math.max(...panels.map(({ lines }) => lines.length));
  const mapTop = headHeight(title.length, most);
  const mapBottom = mapTop + Math.max(...panels.map(({ map }) => map.height));
  const canvas = createCanvas(width, mapBottom + FOOT, PAPER);
  const write = (text: string, left: number, top: number, size: number, room: number) =>
    drawText(canvas, text.slice(0, Math.max(0, Math.floor(room / textWidth(" ", size)))), { left, top, size }, INK);
  for (const [k, line] of title.entries())
    write(line, GAP, GAP + k * LINE, k === 0 ? SIZE : fitting(line, width - 2 * GAP), width - 2 * GAP);
  let left = GAP;
  for (const { lines, map, ticks, ends } of panels) {
    for (const [k, line] of lines.entries())
      write(line, left, GAP + title.length * LINE + k * SMALL_LINE, 1, map.width);
    paste(canvas, map, left, mapTop);
    const bar = mapBottom + GAP;
    for (let x = 0; x < map.width; x++)
      fillBox(canvas, { left: left + x, top: bar, width: 1, height: BAR }, colourOf(x / (map.width - 1)));
    for (const { at, label } of ticks) {
      const x = left + Math.round(at * (map.width - 1));
      fillBox(canvas, { left: x, top: bar, width: 1, height: BAR + 3 }, INK);
      const text = Math.min(left + map.width - textWidth(label, 1), Math.max(left, x - textWidth(label, 1) / 2));
      drawText(canvas, label, { left: Math.round(text), top: bar + BAR + 4, size: 1 }, INK);
    }
    const below = bar + BAR + 4 + SMALL_LINE;
    write(ends[0], left, below, 1, map.width);
    drawText(canvas, ends[1], { left: left + map.width - textWidth(ends[1], 1), top: below, size: 1 }, INK);
    left += map.width + GAP;
  }
  return canvas;
}

function fitting(text: string, room: number): number {
  return textWidth(text, SIZE) <= room ? SIZE : 1;
}

function paste(canvas: Canvas, { width, height, rgb }: Canvas, left: number, top: number): void {
  for (let y = 0; y < height; y++)
    canvas.rgb.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * canvas.width + left) * 3);
}
