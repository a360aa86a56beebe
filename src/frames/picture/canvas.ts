import { FONT_HEIGHT, FONT_WIDTH, glyph } from "./font.js";

/** A picture for looking at: 8 bits, red, green and blue, row by row. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

export type Colour = readonly [red: number, green: number, blue: number];

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function createCanvas(width: number, height: number, colour: Colour): Canvas {
  const canvas = { width, height, rgb: new Uint8Array(width * height * 3) };
  fillBox(canvas, { left: 0, top: 0, width, height }, colour);
  return canvas;
}

/** @param share how much of the colour, 0 to 1; the rest is what was there */
export function fillBox(canvas: Canvas, box: Box, colour: Colour, share = 1): void {
  const right = Math.min(canvas.width, box.left + box.width);
  const bottom = Math.min(canvas.height, box.top + box.height);
  for (let y = Math.max(0, box.top); y < bottom; y++) {
    for (let x = Math.max(0, box.left); x < right; x++) {
      const at = (y * canvas.width + x) * 3;
      for (let c = 0; c < 3; c++)
        canvas.rgb[at + c] = Math.round(canvas.rgb[at + c]! * (1 - share) + colour[c]! * share);
    }
  }
}

/** The edge of a box, one pixel wide, inside it. */
export function outline(canvas: Canvas, { left, top, width, height }: Box, colour: Colour, share = 1): void {
  fillBox(canvas, { left, top, width, height: 1 }, colour, share);
  fillBox(canvas, { left, top: top + height - 1, width, height: 1 }, colour, share);
  fillBox(canvas, { left, top: top + 1, width: 1, height: height - 2 }, colour, share);
  fillBox(canvas, { left: left + width - 1, top: top + 1, width: 1, height: height - 2 }, colour, share);
}

/** Pixels that a text takes across; `size` is that of the letters' dots. */
export function textWidth(text: string, size: number): number {
  return text.length * (FONT_WIDTH + 1) * size;
}

/** Letters on a dark edge, so that they are read on any ground when `edge` is given. */
export function drawText(
  canvas: Canvas,
  text: string,
  { left, top, size }: { readonly left: number; readonly top: number; readonly size: number },
  colour: Colour,
  edge?: Colour,
): void {
  const dots = [...text].flatMap((letter, k) => {
    const columns = glyph(letter);
    return columns.flatMap((column, x) =>
      Array.from({ length: FONT_HEIGHT }, (_, y) => y)
        .filter((y) => (column >> y) & 1)
        .map((y) => ({ left: left + (k * (FONT_WIDTH + 1) + x) * size, top: top + y * size })),
    );
  });
  if (edge !== undefined)
    for (const dot of dots)
      fillBox(canvas, { left: dot.left - 1, top: dot.top - 1, width: size + 2, height: size + 2 }, edge);
  for (const dot of dots) fillBox(canvas, { ...dot, width: size, height: size }, colour);
}
