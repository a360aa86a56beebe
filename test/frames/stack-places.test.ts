import { describe, expect, it } from "vitest";
import { stackPlaces } from "../../src/frames/stack-places.js";
import { planeFromOme } from "../../src/frames/stack-plane.js";

const imageJ = (axes: string) => `ImageJ=1.54f\n${axes}\n`;
const ome = (pixels: readonly string[]) =>
  `<?xml version="1.0"?><OME xmlns="x">${pixels.map((each) => `<Image>${each}</Image>`).join("")}</OME>`;
const pixels = (sizes: string, inside: string) =>
  `<Pixels DimensionOrder="XYCZT" SizeX="8" ${sizes}><Channel Name="DIA"/><Channel Name="FI|TC"/>${inside}</Pixels>`;

describe("the places of a stack's pages", () => {
  it("by ImageJ: numbers from 1, for axes that there are", () => {
    expect(stackPlaces(imageJ("images=3\nframes=3"), 3)).toEqual([{ time: 1 }, { time: 2 }, { time: 3 }]);
    const hyper = stackPlaces(imageJ("images=8\nchannels=2\nslices=2\nframes=2"), 8)!;
    expect(hyper[0]).toEqual({ time: 1, z: 1, channel: "1" });
    expect(hyper[5]).toEqual({ time: 2, z: 1, channel: "2" });
  });

  it("by OME-XML, with the channels' names", () => {
    const xml = ome([pixels('SizeC="2" SizeZ="1" SizeT="3"', "<TiffData/>")]);
    expect(stackPlaces(xml, 6)).toEqual(
      [1, 2, 3].flatMap((time) => ["DIA", "FI/TC"].map((channel) => ({ time, channel }))),
    );
  });

  it("several images in one file are several positions", () => {
    const image = (ifd: number) => pixels('SizeC="1" SizeZ="1" SizeT="2"', `<TiffData IFD="${ifd}" PlaneCount="2"/>`);
    expect(stackPlaces(ome([image(0), image(2)]), 4)).toEqual([
      { position: "1", time: 1 },
      { position: "1", time: 2 },
      { position: "2", time: 1 },
      { position: "2", time: 2 },
    ]);
  });

  it("agrees with what is told of each page", () => {
    const xml = ome([
      pixels('SizeC="2" SizeZ="3" SizeT="4"', '<TiffData IFD="3" FirstT="2" PlaneCount="8"/><TiffData/>'),
    ]);
    const places = stackPlaces(xml, 24)!;
    for (const [page, { time, z }] of places.entries()) {
      const { plane } = planeFromOme(xml, page);
      expect([time, z]).toEqual([plane!.t + 1, plane!.z + 1]);
    }
  });

  it.each<[string, string, number]>([
    ["a single image", imageJ("images=1"), 1],
    ["another number of pages", imageJ("images=3\nframes=3"), 4],
    ["numbers that do not fit", imageJ("images=4\nframes=3"), 4],
    ["a page that no block tells", ome([pixels('SizeC="1" SizeZ="1" SizeT="2"', '<TiffData IFD="1"/>')]), 2],
    ["places that are none", ome([pixels('SizeC="1" SizeZ="1" SizeT="2"', '<TiffData IFD="-1" PlaneCount="9"/>')]), 2],
    ["no description of a stack", "whatever", 2],
  ])("tells nothing of %s", (_, text, pages) => expect(stackPlaces(text, pages)).toBeUndefined());

  it("is bounded: a description of 8 MB that says the same again and again", () => {
    const xml = ome([pixels('SizeC="1" SizeZ="1" SizeT="10000"', '<TiffData PlaneCount="9999"/>'.repeat(250_000))]);
    const began = performance.now();
    expect(stackPlaces(xml, 10_000)).toBeUndefined();
    const many = ome(Array.from({ length: 60_000 }, () => pixels('SizeC="1" SizeZ="1" SizeT="9"', "<TiffData/>")));
    expect(stackPlaces(many, 10_000)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
