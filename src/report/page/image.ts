import { type Html, html } from "./html.js";

/** A WebP that stands in the page itself, which loads nothing. */
export function image(bytes: Buffer, description: string): Html {
  return html`<img alt="${description}" loading="lazy" decoding="async" src="data:image/webp;base64,${bytes.toString("base64")}">`;
}
