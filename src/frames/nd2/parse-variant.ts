import { parseLiteVariant } from "./lite-variant.js";
import type { Level } from "./variant.js";
import { parseXmlVariant } from "./xml-variant.js";

/**
 * Metadata in either of its spellings: the binary "lite variant", or XML.
 * @throws Nd2Stop damaged
 */
export function parseVariant(bytes: Buffer): Level {
  return bytes[0] === 0x3c || (bytes[0] === 0xef && bytes[3] === 0x3c)
    ? parseXmlVariant(bytes)
    : parseLiteVariant(bytes);
}
