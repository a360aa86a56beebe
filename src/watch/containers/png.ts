import type { RandomAccess } from "../../system/file-system.js";
import type { ContainerCheck } from "./container-check.js";

const SIGNATURE_BYTES = 8;
/** Length, name and check sum. */
const CHUNK_OVERHEAD = 12;

/** A PNG is whole when its chunks follow each other up to IEND inside the file. What comes after IEND does not matter. */
export async function checkPng(file: RandomAccess): Promise<ContainerCheck> {
  let sawData = false;
  for (let at = SIGNATURE_BYTES; ; ) {
    const head = await file.read(at, 8);
    if (head.length < 8) return { kind: "incomplete", why: `the file ends before its end mark, at byte ${file.size}` };
    const length = head.readUInt32BE(0);
    const name = head.toString("latin1", 4, 8);
    if (head.every((byte) => byte === 0))
      return { kind: "incomplete", why: `nothing has been written at byte ${at} yet` };
    if (length > 0x7fff_ffff || !/^[A-Za-z]{4}$/.test(name)) return { kind: "damaged", why: `no chunk at byte ${at}` };
    if (at === SIGNATURE_BYTES && name !== "IHDR") return { kind: "damaged", why: "it does not begin with its header" };
    const next = at + CHUNK_OVERHEAD + length;
    if (next > file.size) return { kind: "incomplete", why: `chunk ${name} reaches beyond the end of the file` };
    sawData ||= name === "IDAT";
    if (name === "IEND") {
      return sawData ? { kind: "complete", type: "png", pages: 1 } : { kind: "damaged", why: "it has no pixels" };
    }
    at = next;
  }
}
