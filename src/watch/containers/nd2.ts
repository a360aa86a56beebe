import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

const SIGNATURE = "ND2 CHUNK MAP SIGNATURE 0000001!";
const FOOTER_BYTES = SIGNATURE.length + 8;

/** An ND2 is whole once NIS-Elements has written the chunk map, which it does last. Its pixels are not read yet. */
export async function checkNd2(file: RandomAccess): Promise<ContainerCheck> {
  const footer = await file.read(Math.max(0, file.size - FOOTER_BYTES), FOOTER_BYTES);
  const closed =
    footer.length === FOOTER_BYTES &&
    footer.toString("latin1", 0, SIGNATURE.length) === SIGNATURE &&
    footer.readBigUInt64LE(SIGNATURE.length) < BigInt(file.size);
  if (!closed) return { kind: "incomplete", why: "the ND2 has no chunk map yet: it is still being recorded" };
  return {
    kind: "unsupported",
    what: "an ND2 file, which refocusd does not read yet: let NIS-Elements export TIFF (ND Export, Apply LUTs off)",
  };
}
