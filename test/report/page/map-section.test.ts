import { describe, expect, it } from "vitest";
import type { MapToShow } from "../../../src/report/page/day-reconstructions.js";
import { mapPictures, mapsLegend } from "../../../src/report/page/map-section.js";

const map = (kind: MapToShow["kind"]): MapToShow => ({ kind, path: `/out/maps/a.${kind}.png`, sha256: "0".repeat(64) });
const bytes = Buffer.from("x");

describe("the legend of the maps", () => {
  it("is not there on a page without any", () => {
    expect(mapsLegend([]).text).toBe("");
    expect(mapsLegend([{ maps: [] }]).text).toBe("");
  });

  it("tells of those that are on the page, and what they are worth where there are trust maps", () => {
    const focus = mapsLegend([{ maps: [] }, { maps: [map("focus-map")] }]).text;
    expect(focus).toContain("the classifier");
    expect(focus).not.toContain("turned round");
    expect(focus).not.toContain("does not find every error");
    const trust = mapsLegend([{ maps: [map("trust-map")] }]).text;
    expect(trust).not.toContain("the classifier");
    expect(trust).toContain("turned round");
    expect(trust).toContain("does not find every error");
  });
});

describe("the maps of a reconstruction", () => {
  it("are nothing where there is none, not even a scale", () => expect(mapPictures({}).text).toBe(""));

  it("each have a name, with one scale for all", () => {
    const { text } = mapPictures({ focus: bytes, disagreement: bytes, unexplained: bytes });
    expect([...text.matchAll(/<div><span>([^<]+)</g)].map(([, name]) => name)).toEqual([
      ...["out of focus?", "unsteady?", "unexplained?"],
    ]);
    expect(text.match(/<img /g)).toHaveLength(3);
    expect(text.match(/class="scale"/g)).toHaveLength(1);
    expect(mapPictures({ focus: bytes }).text.match(/<img /g)).toHaveLength(1);
  });
});
