import { expect, it } from "vitest";
import { html, nameOf } from "../../../src/report/page/html.js";

it("escapes what goes into it, in text and in attributes", () => {
  const name = `<script>"a" & 'b'</script>`;
  const safe = "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;";
  expect(html`<p title="${name}">${name}</p>`.text).toBe(`<p title="${safe}">${safe}</p>`);
});

it("shows control characters as a mark", () => {
  expect(html`${"a\nb\x1b[31m\x85"}`.text).toBe("a\ufffdb\ufffd[31m\ufffd");
});

it("takes HTML as it is, one piece or several", () => {
  expect(html`<ul>${["a", "<b>"].map((text) => html`<li>${text}</li>`)}</ul>${1}`.text).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul>1",
  );
});

it("isolates names", () => {
  expect(nameOf("\u202egnp.exe").text).toBe("<bdi>\u202egnp.exe</bdi>");
});
