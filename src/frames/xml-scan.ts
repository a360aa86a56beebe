/** An element's opening tag and what stands between it and its closing one. */
export interface XmlElement {
  readonly tag: string;
  /** Empty where the tag closes itself or is never closed. */
  readonly body: string;
}

/**
 * All elements of a name, in order, in time proportional to the text: enough for a handful of attributes in OME-XML, which is why there
 * is no XML parser here. Elements of one name inside each other are not told apart; OME has none of those that are asked for.
 */
export function elements(xml: string, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  // "[^<>]" and not "[^>]": a text full of unclosed tags would otherwise be read to its end from each of them.
  const opening = new RegExp(`<(?:\\w+:)?${name}(?:\\s[^<>]*)?/?>`, "g");
  const closing = new RegExp(`</(?:\\w+:)?${name}\\s*>`, "g");
  for (let match = opening.exec(xml); match; match = opening.exec(xml)) {
    const [tag] = match;
    let body = "";
    if (!tag.endsWith("/>")) {
      closing.lastIndex = opening.lastIndex;
      const end = closing.exec(xml);
      // Not closed: neither is any that follows, which saves looking to the end again.
      if (!end) return [...found, { tag, body: "" }];
      body = xml.slice(opening.lastIndex, end.index);
      opening.lastIndex = closing.lastIndex;
    }
    found.push({ tag, body });
  }
  return found;
}

/** An attribute of an opening tag, with its entities resolved. */
export function attribute(tag: string | undefined, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag ?? "")?.[1];
  return value?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITY[entity] ?? "");
}

const ENTITY: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
