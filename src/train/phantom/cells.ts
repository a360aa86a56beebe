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

export interface Body {
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

/** A part of the cell that reaches out to a hold on the substrate. Lengths in µm. */
export interface Arm {
  /** Where it points, rad, in the cell's own axes. */
  readonly angle: number;
  /** From the cell's centre to its end. */
  readonly length: number;
  /** Half its width where it leaves the body, and just before its end. */
  readonly root: number;
  readonly waist: number;
  /** Radius of the spread end. */
  readonly foot: number;
  /** How much its direction turns from root to end, rad. */
  readonly bend: number;
  /** Where it stands in its slow stretching and swaying, rad. */
  readonly sway: number;
}

/** A cell as glioblastoma and fibroblast lines show it: a body stretched between arms, with hollow edges between them. */
export interface ArmedCell extends Body {
  readonly kind: "armed";
  /** Half axes of the body around which the arms stand. */
  readonly body: { readonly a: number; readonly b: number };
  readonly nucleus: { readonly x: number; readonly y: number; readonly a: number; readonly b: number };
  readonly arms: readonly Arm[];
  /** How far the membrane is drawn out between two arms, µm. */
  readonly web: number;
  /** Depth of the notches and ruffles of its edge, µm. */
  readonly ragged: number;
  readonly seed: number;
}

/** A cell that has rounded up to divide, or died: high and bright-rimmed. */
export interface RoundCell extends Body {
  readonly kind: "round";
  /** When it begins to divide, in time points, and along which direction, rad. */
  readonly division?: { readonly at: number; readonly axis: number };
}

export type Cell = SpreadCell | ArmedCell | RoundCell;

/** Where a cell stands and how it moves. */
export type Placing = Pick<Body, "x" | "y" | "vx" | "vy" | "turn" | "angle">;

/** Everything in one field, in µm, so that any camera can be pointed at it. */
export interface Culture {
  readonly sideUm: number;
  readonly cells: readonly Cell[];
  readonly debris: readonly Speck[];
  /** Standard deviation of the substrate's texture, rad, and its grain, µm. */
  readonly texture: { readonly phase: number; readonly grainUm: number; readonly seed: number };
}

/** What a culture is to be like. */
export interface CultureOptions {
  readonly sideUm: number;
  /** Share of the area under cells, about. */
  readonly confluence: number;
  /** Scales all cells: 1 is a fibroblast of some 25 µm radius. */
  readonly cellScale: number;
  /** Scales all phases; 1 gives bodies of about 1 rad. */
  readonly phaseScale: number;
  /** Oval cells like islands, or cells stretched between arms; drawn if not given. */
  readonly shape?: "oval" | "armed";
}
