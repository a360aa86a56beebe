import sharp from "sharp";
import { mapBoxes } from "./sheet.js";

/** Enough for looking: colours, and cells behind them. */
const QUALITY = 60;
/** A map's sides are rounded to whole pixels, so its shape is the frame's to about so much. */
const SHAPE_TOLERANCE = 0.01;

/**
 * The maps on a sheet without its letters, which nobody could read in a small picture. WebP, 8 bits: for looking, never for measuring.
 * @param png a focus map (one map) or a trust map (two)
 * @param frame the frame that they show: sheets of another shape are none of it
 * @param side the longer side of each picture, px
 * @returns undefined for a picture that is no such sheet
 */
export async function mapThumbnails(
  png: Buffer,
  count: number,
  frame: { readonly width: number; readonly height: number },
  side: number,
): Promise<Buffer[] | undefined> {
  const { width, height } = await sharp(png).metadata();
  const boxes = mapBoxes({ width, height }, count);
  const box = boxes?.[0];
  if (boxes === undefined || box === undefined) return undefined;
  const longer = Math.max(box.width, box.height);
  const misfit = Math.abs(box.width / frame.width - box.height / frame.height) * Math.max(frame.width, frame.height);
  if (misfit > SHAPE_TOLERANCE * longer) return undefined;
  return Promise.all(
    boxes.map((each) =>
      sharp(png)
        .extract(each)
        .resize(side, side, { fit: "inside", withoutEnlargement: true })
        .webp({ quality: QUALITY })
        .toBuffer(),
    ),
  );
}
