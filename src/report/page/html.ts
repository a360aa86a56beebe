/** Text that is HTML already; everything else is escaped when it goes into a template. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | readonly Html[];

/** A template whose values are escaped: names of files may hold anything but a slash. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, next, i) => text + inserted(parts[i - 1] ?? "") + next));
}

function inserted(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(({ text }) => text).join("");
  return escapeHtml(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Fit for text and for attributes in quotes. Line breaks and other control characters become a mark that can be seen. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\ufffd").replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A name of a file or a position: isolated, so that names written from right to left turn nothing else round. */
export function nameOf(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}
