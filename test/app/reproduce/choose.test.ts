import { describe, expect, it } from "vitest";
import { chooseFrames } from "../../../src/app/reproduce/choose.js";
import type { FrameStory } from "../../../src/ledger/story.js";

const frame = (id: number, more: Partial<FrameStory> = {}) =>
  ({
    id,
    path: "/in/a.tif",
    state: "done",
    revision: 1,
    page: 0,
    sha256: "a",
    reconstruction: null,
    ...more,
  }) as FrameStory;
const made = (path: string) => ({ reconstruction: { path } as FrameStory["reconstruction"] });
const chosen = (stories: readonly FrameStory[], path: string, found: string | null, page?: number) =>
  chooseFrames(stories, { path, page }, found).map(({ id }) => id);

describe("chooseFrames", () => {
  const stories = [
    frame(1, made("/out/a")),
    frame(2, { page: 1 }),
    frame(3, { revision: 2, sha256: "b", ...made("/out/a.r2") }),
    frame(4, { revision: 2, sha256: "b", page: 1, state: "quarantined" }),
  ];

  it("takes all judged pages of the content that the file has", () => {
    expect(chosen(stories, "/in/a.tif", "a")).toEqual([1, 2]);
    expect(chosen(stories, "/in/a.tif", "b")).toEqual([3]);
  });

  it("takes the newest content where the file has another or is gone", () => {
    expect(chosen(stories, "/in/a.tif", "c")).toEqual([3]);
    expect(chosen(stories, "/in/a.tif", null)).toEqual([3]);
  });

  it("takes one page, if that is asked for", () => {
    expect(chosen(stories, "/in/a.tif", "a", 1)).toEqual([2]);
    expect(chosen(stories, "/in/a.tif", "a", 2)).toEqual([]);
  });

  it("takes the frame that a reconstruction was made from, whatever the source is now", () => {
    expect(chosen(stories, "/out/a", "b")).toEqual([1]);
  });
});
