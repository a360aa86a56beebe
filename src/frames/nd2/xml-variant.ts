import { damaged } from "./problem.js";
import { type Level, MAX_DEPTH, MAX_ITEMS, type VariantItem, type VariantValue } from "./variant.js";

const ENTITY: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/**
 * Parses a "CLX variant" in XML: `<variant><name runtype="lx_uint32" value="5"/>…</variant>`. A list's entries are called `no_name`, which
 * becomes the empty name, as in the binary spelling. Only elements and their attributes `runtype` and `value` are read.
 *
 * @returns what is inside the outermost `variant` element
 * @throws Nd2Stop damaged for XML that is not closed, nested more than 40 deep or of more than a million elements
 */
export function parseXmlVariant(bytes: Buffer): Level {
  const text = bytes.toString("utf8");
  const root: VariantItem[] = [];
  const open: { readonly name: string; readonly items: VariantItem[] }[] = [];
  let left = MAX_ITEMS;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const end = text.indexOf(">", at);
    if (end < 0) break;
    const tag = text.slice(at + 1, end);
    at = end + 1;
    if (tag.startsWith("?") || tag.startsWith("!")) continue;
    if (--left < 0) throw damaged("metadata has too many items");
    if (tag.startsWith("/")) {
      const closed = open.pop();
      if (closed === undefined || closed.name !== tag.slice(1).trim()) throw damaged("metadata is not sound XML");
      if (open.length === 0) return closed.name === "variant" ? closed.items : root;
      continue;
    }
    const name = /^[^\s/]*/.exec(tag)?.[0] ?? "";
    const runtype = attribute(tag, "runtype");
    const scalar = runtype === undefined ? undefined : scalarOf(runtype, attribute(tag, "value") ?? "");
    const items: VariantItem[] = [];
    const value: VariantValue = scalar ?? items;
    (open.at(-1)?.items ?? root).push({ name: name === "no_name" ? "" : name, value });
    if (tag.endsWith("/")) {
      if (open.length === 0) return root;
      continue;
    }
    if (open.length >= MAX_DEPTH) throw damaged("metadata is nested too deep");
    open.push({ name, items });
  }
  throw damaged("metadata is not sound XML");
}

function scalarOf(runtype: string, value: string): VariantValue | undefined {
  switch (runtype) {
    case "bool":
      return value === "1" || value.toLowerCase() === "true";
    case "lx_int32":
    case "lx_uint32":
    case "lx_int64":
    case "lx_uint64":
    case "double":
    case "float":
      return value === "" ? Number.NaN : Number(value);
    case "CLxStringW":
    case "unknown":
      return value;
    case "CLxByteArray":
      return Buffer.from(value, "utf8");
    default:
      return undefined;
  }
}

function attribute(tag: string, name: string): string | undefined {
  const start = tag.indexOf(` ${name}="`);
  if (start < 0) return undefined;
  const from = start + name.length + 3;
  const to = tag.indexOf('"', from);
  if (to < 0) return undefined;
  return tag.slice(from, to).replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITY[entity] ?? "");
}
