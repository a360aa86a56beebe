import { join } from "node:path";
import type { Field } from "../dataset/fields.js";
import { fillPool } from "../dataset/pool.js";
import { type FieldModel, renderItem, renderOwnItem, type TrainingItem } from "../dataset/render-item.js";
import type { Random } from "../random.js";
import { BANDS } from "./restored-score.js";

/** What the pool of a laboratory is rendered from, as plain data: it is rendered in a process of its own. */
export interface LabPoolPlan {
  /** Folder of the pool. */
  readonly folder: string;
  /** Fields of the laboratory, and of what networks knew before. */
  readonly learnt: readonly Field[];
  readonly heldOut: readonly Field[];
  readonly ordinary: { readonly learnt: readonly Field[]; readonly kept: readonly Field[] };
  /** Pixel size · NA / λ of the laboratory's microscope, if known. */
  readonly sampling?: number;
  /** Items to train on, some 0.9 MB each. */
  readonly size: number;
  /** Items to measure on. */
  readonly measured: { readonly own: number; readonly ordinary: number };
  readonly seed: number;
}

export interface LabPool {
  /** To train on. */
  readonly train: string;
  /** To measure on: of held-out fields of the laboratory, and of ordinary frames that are not learnt from. */
  readonly own: string;
  readonly ordinary: string;
}

export function labPool(folder: string): LabPool {
  return { train: join(folder, "train"), own: join(folder, "own"), ordinary: join(folder, "ordinary") };
}

/** A training begins when this many items are there, and goes on while the pool grows. */
export const FIRST_LAB_ITEMS = 48;

type Kind = "own" | "phantom" | "ordinary";
/** Of eight items five are the laboratory's own; the others keep known what was known. */
const KINDS: readonly Kind[] = ["own", "phantom", "own", "ordinary", "own", "phantom", "own", "own"];

/** Renders what is measured on, then what is learnt from. It is not renewed: in minutes no item is seen often, and rendering takes cores from the training. */
export async function renderLabPool(plan: LabPoolPlan, signal: AbortSignal): Promise<void> {
  const { learnt, heldOut, ordinary, sampling, measured, seed } = plan;
  const pool = labPool(plan.folder);
  const measure = { renew: false, signal };
  const own = (k: number, random: Random) => renderOwnItem(modelOf(k), heldOut, random, sampling, oneOfEach(random));
  const kept = (k: number, random: Random) => renderKept(k, ordinary.kept, random);
  await fillPool({ ...measure, folder: pool.own, size: measured.own, seed: seed + 1, render: own });
  await fillPool({ ...measure, folder: pool.ordinary, size: measured.ordinary, seed: seed + 2, render: kept });
  const render = (k: number, random: Random): Promise<TrainingItem> => {
    // The models alternate from one round of kinds to the next.
    const model = modelOf(k + Math.floor(k / KINDS.length));
    switch (KINDS[k % KINDS.length]!) {
      case "own":
        return renderOwnItem(model, learnt, random, sampling);
      case "ordinary":
        return renderItem(model, ordinary.learnt, random);
      case "phantom":
        return renderItem("phantom", [], random);
    }
  };
  await fillPool({ folder: pool.train, size: plan.size, seed, render, renew: false, signal });
}

/** A defocus in each of the bands, DOF units, of either sign. */
export function oneOfEach(random: Random): number[] {
  return BANDS.map(({ from, to }) => random.between(from, to) * random.sign());
}

/** Fields of samples as they are, and new phantoms, in turn. */
function renderKept(k: number, fields: readonly Field[], random: Random): Promise<TrainingItem> {
  const dofs = oneOfEach(random);
  return k % 3 === 2
    ? renderItem("phantom", [], random, undefined, dofs)
    : renderOwnItem(modelOf(k), fields, random, undefined, dofs);
}

function modelOf(k: number): FieldModel {
  return k % 2 === 0 ? "weak" : "abbe";
}
