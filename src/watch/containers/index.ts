import { fileKindOf, MAGIC_BYTES } from "../../frames/image-type.js";
import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";
import { checkJpeg } from "./jpeg.js";
import { checkNd2 } from "./nd2.js";
import { checkPng } from "./png.js";
import { checkTiff } from "./tiff.js";

export type { ContainerCheck } from "./container-check.js";

/**
 * Whether a file has been written to its end, told from its own structure: no pixel is decoded. Dispatches by content;
 * the name decides only where the content leaves it open.
 *
 * @throws only what reading the file throws.
 */
export async function checkContainer(file: RandomAccess, name: string): Promise<ContainerCheck> {
  if (file.size === 0) return { kind: "incomplete", why: "empty" };
  const first = await file.read(0, MAGIC_BYTES);
  const kind = fileKindOf(name, first);
  switch (kind) {
    case "tiff":
      return checkTiff(file);
    case "png":
      return checkPng(file);
    case "jpeg":
      return checkJpeg(file);
    case "nd2":
      return checkNd2(file);
    case "nd2-jpeg2000":
      return unsupported("an ND2 file of the old kind (JPEG 2000): open it in NIS-Elements and export TIFF");
    case "jpeg2000":
      return unsupported("a JPEG 2000 image: let NIS-Elements export TIFF");
    case "bmp":
    case "gif":
    case "webp":
      return unsupported(`a ${kind === "webp" ? "WebP" : kind.toUpperCase()} image: export TIFF or PNG`);
    case "zip":
      return unsupported("a ZIP archive");
    case "hdf5":
      return unsupported("an HDF5 file");
    case undefined:
      // Too short to tell, or pre-allocated and not begun: either can still become anything.
      if (first.length < MAGIC_BYTES) return { kind: "incomplete", why: `only ${first.length} bytes` };
      if (first.every((byte) => byte === 0))
        return { kind: "incomplete", why: "its beginning has not been written yet" };
      return unsupported(`not an image that refocusd knows: it begins with the bytes ${first.toString("hex", 0, 8)}`);
    default:
      return kind satisfies never;
  }
}

function unsupported(what: string): ContainerCheck {
  return { kind: "unsupported", what };
}
