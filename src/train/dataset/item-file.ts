import { readFile, rename, writeFile } from "node:fs/promises";
import type { TransferBelief } from "../../restore/consistency/likely-transfer.js";
import type { Plane } from "../plane.js";
import type { TrainingItem } from "./render-item.js";

/**
 * One training item on disk: a JSON line padded to HEADER bytes, then the focused plane and the defocused ones as little-endian
 * 16-bit integers, SCALE counts for the background. 6e-5 of the background is far below any camera's noise. Where the optics were asked for, mean
 * and variance of T of each defocused plane follow, as 32-bit floats.
 */
const HEADER = 2048;
const SCALE = 16384;

interface Header {
  readonly side: number;
  readonly model: TrainingItem["model"];
  readonly source: string;
  readonly optics: TrainingItem["optics"];
  readonly dofs: readonly number[];
  /** How many numbers a mean and a variance of T have; missing where there are none. */
  readonly transfer?: number;
}

export async function writeItem(path: string, item: TrainingItem): Promise<void> {
  const side = item.focused.width;
  const beliefs = item.defocused.flatMap(({ likely }) => likely ?? []);
  if (beliefs.length > 0 && beliefs.length < item.defocused.length) throw new RangeError("optics of some planes only");
  const header: Header = {
    side,
    model: item.model,
    source: item.source,
    optics: item.optics,
    dofs: item.defocused.map(({ dof }) => dof),
    ...(beliefs[0] && { transfer: beliefs[0].mean.length }),
  };
  const planes = [item.focused, ...item.defocused.map(({ plane }) => plane)];
  const floats = Float32Array.from(beliefs.flatMap(({ mean, variance }) => [...mean, ...variance]));
  const transfers = HEADER + planes.length * side * side * 2;
  const bytes = Buffer.alloc(transfers + 4 * floats.length, 0x20);
  for (const [i, value] of floats.entries()) bytes.writeFloatLE(value, transfers + 4 * i);
  bytes.write(JSON.stringify(header));
  planes.forEach((plane, k) => {
    const at = HEADER + k * side * side * 2;
    for (let i = 0; i < side * side; i++) {
      bytes.writeUInt16LE(Math.min(65535, Math.max(0, Math.round(plane.data[i]! * SCALE))), at + 2 * i);
    }
  });
  // Readers take items while the pool is renewed: they must see the old one or the new one.
  // The process id, because trainings of both networks may fill one pool at the same time.
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}

/** An item on disk whose planes are turned into numbers when they are asked for. */
export interface StoredItem {
  readonly model: TrainingItem["model"];
  readonly source: string;
  readonly optics: TrainingItem["optics"];
  readonly side: number;
  /** Defocus of each plane, DOF units; plane 0 is the focused one, 0. */
  readonly dofs: readonly number[];
  /** The square at (left, top) of a plane; of it only every `step`-th pixel each way, 1 by default. */
  crop(plane: number, left: number, top: number, side: number, step?: number): Plane;
  plane(plane: number): Plane;
  /** Of a defocused plane, 1 on; `undefined` where the optics were not asked for. */
  likely(plane: number): TransferBelief | undefined;
}

export async function readItem(path: string): Promise<StoredItem> {
  const bytes = await readFile(path);
  const { side, dofs, model, source, optics, transfer } = JSON.parse(
    bytes.subarray(0, HEADER).toString("utf8"),
  ) as Header;
  const counts = new Uint16Array(bytes.buffer, bytes.byteOffset + HEADER, (dofs.length + 1) * side * side);
  const crop = (k: number, left: number, top: number, size: number, step = 1): Plane => {
    const kept = Math.ceil(size / step);
    const data = new Float32Array(kept * kept);
    for (let y = 0; y < kept; y++) {
      const at = k * side * side + (top + y * step) * side + left;
      for (let x = 0; x < kept; x++) data[y * kept + x] = counts[at + x * step]! / SCALE;
    }
    return { width: kept, height: kept, data };
  };
  const likely = (k: number): TransferBelief | undefined => {
    if (transfer === undefined || k === 0) return undefined;
    const from = HEADER + counts.byteLength + (k - 1) * 8 * transfer;
    const read = (at: number) => Float64Array.from({ length: transfer }, (_, i) => bytes.readFloatLE(at + 4 * i));
    return { mean: read(from), variance: read(from + 4 * transfer) };
  };
  return { model, source, optics, side, dofs: [0, ...dofs], crop, plane: (k) => crop(k, 0, 0, side), likely };
}
