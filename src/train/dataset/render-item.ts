import { type Optics, sampledAt } from "../../optics/optics.js";
import type { TransferBelief } from "../../restore/consistency/likely-transfer.js";
import { cropMirrored, fade } from "../edges.js";
import { abbeImages, annulusPoints } from "../optics/abbe.js";
import { drawAbsorption, drawOptics } from "../optics/draw-optics.js";
import { defocusWeakObjectSeries } from "../optics/weak-object.js";
import { drawIllumination, illuminate } from "../phantom/camera.js";
import { growCulture } from "../phantom/culture.js";
import { renderPhase } from "../phantom/render-phase.js";
import { renderTissue } from "../phantom/tissue.js";
import { cropPlane, dihedral, mapPlane, type Plane, quantile } from "../plane.js";
import type { Random } from "../random.js";
import { type Field, readField } from "./fields.js";
import { phaseFromContrast } from "./phase-from-contrast.js";

/** How a training item's defocus was computed. */
export type ForwardModel = "weak" | "abbe" | "phantom";
/** Those that put a real field out of focus. */
export type FieldModel = Exclude<ForwardModel, "phantom">;

export interface DefocusedPlane {
  readonly dof: number;
  readonly plane: Plane;
  /** What its power spectrum tells of the optics (src/restore/consistency), where it was asked. */
  readonly likely?: TransferBelief;
}

/** A focused image and the same field at other defocus values. Relative intensities, background about 1. */
export interface TrainingItem {
  readonly model: ForwardModel;
  readonly source: string;
  readonly optics: Optics;
  readonly focused: Plane;
  readonly defocused: readonly DefocusedPlane[];
}

/** Side of the computed field: 336 px remain after the margins. Two and a half times as many items as with 576 in the same time. */
const FIELD = 384;
/** Cut off at each edge: there the field was faded to its background so that it wraps around without a step. */
const MARGIN = 24;
export const ITEM_SIDE = FIELD - 2 * MARGIN;

/** Defocus values of one item: one in focus, one near, one or two out, so that each item serves every class. */
export function drawDefocus(random: Random): number[] {
  const dofs = [
    random.between(0, 0.35),
    random.between(1, 2.4),
    random.chance(0.2) ? random.between(0.35, 1) : random.between(1.2, 5.2),
  ];
  return dofs.map((dof) => dof * random.sign());
}

/** Of the items on real fields, so many keep field and optics together where the sampling of the fields is known. */
const OWN_SHARE = 0.5;

/** Of a laboratory's own items, the others are at a scale within this: few fields should show cells of more than one size. */
const OWN_SCALES = [0.8, 1.25] as const;

/** Of the items on real fields, so many show several pieces of a field on top of each other: crowded as a confluent layer. */
const CROWDED_SHARE = 0.35;
/** Of the phantoms, so many are a layer without gaps instead of scattered cells. */
const TISSUE_SHARE = 0.5;

/**
 * One item by forward model (a) or (b) on a real field, or (b) on a phantom.
 *
 * @param sampling pixel size · NA / λ of the fields' own microscope, if known. Half of the items then have the optics that belong to
 *   their scale; all others combine any scale with any optics.
 */
export async function renderItem(
  model: ForwardModel,
  fields: readonly Field[],
  random: Random,
  sampling?: number,
  dofs: readonly number[] = drawDefocus(random),
): Promise<TrainingItem> {
  const drawn = drawOptics(random);
  if (model === "phantom") return renderPhantomItem(drawn, random, dofs);
  const field = random.pick(fields);
  const own = sampling !== undefined && random.chance(OWN_SHARE) ? sampling : undefined;
  // Enlarged twice, a field of 10× is what 20× shows: smooth from pixel to pixel though it is in focus.
  const scale = own === undefined ? random.between(0.5, 1.3) : random.logBetween(0.85, 2.2);
  const plane = await drawPatch(field, scale, random);
  const optics = own === undefined ? drawn : sampledAt(drawn, own / scale);
  return renderField(model, plane, field, optics, random, dofs);
}

/**
 * One item on a laboratory's field as its microscope shows it: not crowded, about its own scale, sampled as it is where that is known.
 *
 * @param sampling pixel size · NA / λ of the fields' microscope, if known; else it is drawn
 */
export async function renderOwnItem(
  model: FieldModel,
  fields: readonly Field[],
  random: Random,
  sampling?: number,
  dofs: readonly number[] = drawDefocus(random),
): Promise<TrainingItem> {
  const drawn = drawOptics(random);
  const field = random.pick(fields);
  const scale = random.chance(OWN_SHARE) ? 1 : random.logBetween(...OWN_SCALES);
  const plane = drawPiece(await readField(field, scale), random);
  const optics = sampling === undefined ? drawn : sampledAt(drawn, sampling / scale);
  return renderField(model, plane, field, optics, random, dofs);
}

function renderField(
  model: FieldModel,
  plane: Plane,
  { path }: Field,
  optics: Optics,
  random: Random,
  dofs: readonly number[],
): TrainingItem {
  return model === "weak"
    ? renderWeakItem(plane, path, optics, random, dofs)
    : renderAbbeItem(plane, path, optics, random, dofs);
}

/** A FIELD × FIELD piece of a field at a scale, relative to its median; in some, further pieces of the field lie over it. */
async function drawPatch(field: Field, scale: number, random: Random): Promise<Plane> {
  const scaled = await readField(field, scale);
  const piece = () => drawPiece(scaled, random);
  const patch = piece();
  if (!random.chance(CROWDED_SHARE)) return patch;
  // A sum of thin layers in focus is in focus: their weak contrasts add up.
  const more = random.integer(1, 7);
  const weight = 1 / Math.sqrt(random.between(1, more + 1));
  for (let k = 0; k < more; k++) {
    const over = dihedral(piece(), random.integer(0, 7));
    for (let i = 0; i < patch.data.length; i++) patch.data[i]! += over.data[i]! - 1;
  }
  return mapPlane(patch, (value) => Math.max(0, 1 + (value - 1) * weight));
}

/** A FIELD × FIELD piece, relative to its median. */
function drawPiece(scaled: Plane, random: Random): Plane {
  const left = random.integer(0, Math.max(0, scaled.width - FIELD));
  const patch = cropMirrored(scaled, left, random.integer(0, Math.max(0, scaled.height - FIELD)), FIELD);
  const median = quantile(patch.data, 0.5);
  return mapPlane(patch, (value) => value / median);
}

function renderWeakItem(plane: Plane, source: string, optics: Optics, random: Random, dofs: readonly number[]) {
  const absorption = drawAbsorption(random);
  const faded = fade(plane, 1, MARGIN);
  const images = defocusWeakObjectSeries(faded, optics, dofs, absorption);
  return assemble("weak", source, optics, plane, images, dofs);
}

function renderAbbeItem(plane: Plane, source: string, optics: Optics, random: Random, dofs: readonly number[]) {
  const contrast = mapPlane(plane, (value) => 1 - value);
  const phase = phaseFromContrast(contrast, random, MARGIN);
  const share = drawAbsorption(random);
  const absorption = mapPlane(phase, (value) => value * share);
  const points = annulusPoints(optics, FIELD, random.integer(14, 22), random.uniform());
  const [focused, ...images] = abbeImages({ phase, absorption }, optics, [0, ...dofs], points);
  return assemble("abbe", source, optics, focused!, images, dofs);
}

function renderPhantomItem(optics: Optics, random: Random, dofs: readonly number[]): TrainingItem {
  const phase = fade(random.chance(TISSUE_SHARE) ? drawTissue(optics, random) : drawCulture(optics, random), 0, MARGIN);
  const share = drawAbsorption(random);
  const absorption = mapPlane(phase, (value) => Math.max(0, value) * share);
  const points = annulusPoints(optics, FIELD, random.integer(16, 24), random.uniform());
  const [focused, ...images] = abbeImages({ phase, absorption }, optics, [0, ...dofs], points);
  const light = drawIllumination(random);
  return assemble(
    "phantom",
    "phantom",
    optics,
    illuminate(focused!, light),
    images.map((image) => illuminate(image, light)),
    dofs,
  );
}

/** The cells are as large in pixels as 10× to 40× objectives show them, whatever the optics drawn. */
function drawCulture(optics: Optics, random: Random): Plane {
  const culture = growCulture(random, {
    sideUm: FIELD * optics.pixelUm,
    confluence: random.between(0.05, 1),
    cellScale: (optics.pixelUm / 0.65) * random.logBetween(0.6, 2.2),
    phaseScale: random.logBetween(0.35, 1.4),
  });
  return renderPhase(culture, { size: FIELD, pixelUm: optics.pixelUm, left: 0, top: 0 });
}

function drawTissue(optics: Optics, random: Random): Plane {
  const view = { size: FIELD, pixelUm: optics.pixelUm, left: 0, top: 0 };
  const cellScale = (optics.pixelUm / 0.65) * random.logBetween(0.6, 2.2);
  return renderTissue(random, view, { cellScale, phaseScale: random.logBetween(0.35, 1.4) });
}

function assemble(
  model: ForwardModel,
  source: string,
  optics: Optics,
  focused: Plane,
  images: readonly Plane[],
  dofs: readonly number[],
): TrainingItem {
  const cut = (plane: Plane) => cropPlane(plane, MARGIN, MARGIN, ITEM_SIDE, ITEM_SIDE);
  return {
    model,
    source,
    optics,
    focused: cut(focused),
    defocused: images.map((plane, k) => ({ dof: dofs[k]!, plane: cut(plane) })),
  };
}
