import sharp from "sharp";
import { cropPlane, mapPlane, type Plane, quantile } from "../../src/train/plane.js";
import type { Random } from "../../src/train/random.js";

/** What a camera, a lamp or an export may do to a frame. Of a plane whose background is 1; the same random numbers for the frame and for the one in focus. */
export interface Disturbance {
  readonly name: string;
  readonly apply: (plane: Plane, random: Random) => Plane | Promise<Plane>;
  /** What the configuration takes for pixel size · NA, over what it is; null: it is not known. */
  readonly sampling?: number | null;
}

const noise = (share: number) => (plane: Plane, random: Random) =>
  mapPlane(plane, (value) => value + share * Math.sqrt(Math.max(0, value)) * random.normal());

/** `x`, `y` in px, and from -0.5 to 0.5 across. */
function mapPlaces(
  plane: Plane,
  f: (value: number, x: number, y: number, across: number, down: number) => number,
): Plane {
  const { width, height } = plane;
  return mapPlane(plane, (value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return f(value, x, y, x / width - 0.5, y / height - 0.5);
  });
}

/** As an export that stretches the contrast to `levels` counts. */
function stretched(plane: Plane, levels: number) {
  const [low, high] = [quantile(plane.data, 0.002), quantile(plane.data, 0.998)];
  return {
    counts: mapPlane(plane, (value) => Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * levels)),
    back: (counts: Plane) => mapPlane(counts, (value) => (value / levels) * (high - low) + low),
  };
}

const coarse = (plane: Plane) => {
  const { counts, back } = stretched(plane, 40);
  return back(counts);
};

const jpeg = (quality: number) => async (plane: Plane) => {
  const { width, height } = plane;
  const { counts, back } = stretched(plane, 255);
  const raw = { width, height, channels: 1 } as const;
  const file = await sharp(Buffer.from(counts.data), { raw }).jpeg({ quality }).toBuffer();
  const pixels = await sharp(file).toColourspace("b-w").raw().toBuffer();
  return back({ width, height, data: Float32Array.from(pixels) });
};

/** 3 × 3, edges mirrored. */
const filtered = (middle: number, side: number, corner: number) => (plane: Plane) => {
  const { width, height, data } = plane;
  const at = (x: number, y: number) =>
    data[Math.abs(y < height ? y : 2 * height - 2 - y) * width + Math.abs(x < width ? x : 2 * width - 2 - x)]!;
  return mapPlaces(plane, (value, x, y) => {
    const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
    const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
    return middle * value + side * sides + corner * corners;
  });
};

/** Columns of an sCMOS camera that each have their own gain. */
function columns(plane: Plane, random: Random): Plane {
  const gains = Float32Array.from({ length: plane.width }, () => 1 + 0.01 * random.normal());
  return mapPlaces(plane, (value, x) => value * gains[x]!);
}

/** On the camera's window: sharp, however far out of focus the cells are. */
function dust(plane: Plane, random: Random): Plane {
  const { width, height } = plane;
  const spots = Array.from({ length: 25 }, () => ({
    x: random.between(0, width),
    y: random.between(0, height),
    radius: random.between(1.5, 5),
  }));
  return mapPlaces(plane, (value, x, y) =>
    spots.reduce(
      (v, spot) => v * (1 - 0.3 / (1 + Math.exp(3 * (Math.hypot(x - spot.x, y - spot.y) - spot.radius)))),
      value,
    ),
  );
}

function clipped(plane: Plane): Plane {
  const most = quantile(plane.data, 0.97);
  return mapPlane(plane, (value) => Math.min(most, value));
}

/** Burnt into the picture, as exports do it. */
function scaleBar(plane: Plane): Plane {
  const { width, height } = plane;
  const white = quantile(plane.data, 0.999);
  return mapPlaces(plane, (value, x, y) => {
    const isBar = x > width - 140 && x < width - 20 && y > height - 30 && y < height - 22;
    const isText = x > width - 110 && x < width - 50 && y > height - 52 && y < height - 36;
    return isBar || (isText && (x >> 2) % 2 === 1 && (y >> 1) % 2 === 1) ? white : value;
  });
}

/** Cells on one half of the field only. */
const half = (plane: Plane, random: Random) =>
  mapPlaces(plane, (value, x) => {
    const there = 1 / (1 + Math.exp((plane.width / 2 - x) / 20));
    return 1 + (value - 1) * there + 0.004 * random.normal();
  });

const asItIs = (plane: Plane) => plane;

export const DISTURBANCES: readonly Disturbance[] = [
  { name: "none", apply: asItIs },
  { name: "shot noise, 1 % of the background", apply: noise(0.01) },
  { name: "shot noise, 3 %", apply: noise(0.03) },
  { name: "columns with gains of their own, 1 %", apply: columns },
  {
    name: "hot pixels, 1 of 2000",
    apply: (plane, random) => mapPlane(plane, (value) => (random.chance(0.0005) ? 2.5 : value)),
  },
  { name: "40 levels of grey", apply: coarse },
  { name: "brightest 3 % clipped", apply: clipped },
  { name: "gamma 0.5", apply: (plane) => mapPlane(plane, (value) => Math.sqrt(Math.max(0, value))) },
  { name: "gamma 2", apply: (plane) => mapPlane(plane, (value) => value * value) },
  {
    name: "vignette, corners at 0.6",
    apply: (plane) => mapPlaces(plane, (value, _x, _y, across, down) => value * (1 - 0.8 * (across ** 2 + down ** 2))),
  },
  {
    name: "light from 0.7 to 1.3 across",
    apply: (plane) => mapPlaces(plane, (value, _x, _y, across) => value * (1 + 0.6 * across)),
  },
  { name: "dust on the camera, 25 spots", apply: dust },
  { name: "scale bar and text", apply: scaleBar },
  { name: "half of the field empty", apply: half },
  { name: "smoothed by the software (3 × 3)", apply: filtered(0.25, 0.125, 0.0625) },
  { name: "sharpened by the software (3 × 3)", apply: filtered(3, -0.5, 0) },
  { name: "JPEG, quality 80", apply: jpeg(80) },
  { name: "JPEG, quality 50", apply: jpeg(50) },
  { name: "pixel size and NA not known", apply: asItIs, sampling: null },
  { name: "pixel size told 20 % too small", apply: asItIs, sampling: 0.8 },
  { name: "pixel size told 25 % too large", apply: asItIs, sampling: 1.25 },
];

/** The middle of a plane, at most `side` px each way. */
export function middleOf(plane: Plane, side: number): Plane {
  const [width, height] = [Math.min(side, plane.width), Math.min(side, plane.height)];
  return cropPlane(plane, (plane.width - width) >> 1, (plane.height - height) >> 1, width, height);
}
