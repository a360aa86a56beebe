import type { CheckContainer } from "../../../src/watch/examine.js";

/**
 * A container for tests: "<", any letters, ">" is whole; a "0" in it is space still to be filled. "?…" is of an unsupported
 * type, "!…" is damaged, "z…" has a tail of zeros, "#…" breaks the check itself.
 */
export const stubCheck: CheckContainer = async (file) => {
  const text = (await file.read(0, file.size)).toString();
  if (isWhole(text)) return { kind: "complete", type: "tiff", pages: 1 };
  if (text.startsWith("?")) return { kind: "unsupported", what: "not an image" };
  if (text.startsWith("!")) return { kind: "damaged", why: "contradicts itself" };
  if (text.startsWith("#")) throw new TypeError("no such thing");
  if (text.startsWith("z")) {
    return { kind: "incomplete", why: "zero tail", suspicious: "zero-tail", type: "tiff", pages: 1 };
  }
  return { kind: "incomplete", why: "no end" };
};

export function isWhole(text: string): boolean {
  return text.startsWith("<") && text.endsWith(">") && !text.includes("0");
}
