import type { StoredItem } from "../dataset/item-file.js";
import { cropMirrored } from "../edges.js";
import type { Plane } from "../plane.js";
import type { Random } from "../random.js";

/** Where a crop begins within `room` more pixels; a crop that is larger has the item in its middle. */
export function drawOffset(room: number, random: Random): number {
  return room < 0 ? Math.ceil(room / 2) : random.integer(0, room);
}

/** Where an item is smaller than the crop it goes on as in a mirror, as frames do at run time. */
export function cropItem(item: StoredItem, plane: number, left: number, top: number, side: number): Plane {
  return side <= item.side ? item.crop(plane, left, top, side) : cropMirrored(item.plane(plane), left, top, side);
}
