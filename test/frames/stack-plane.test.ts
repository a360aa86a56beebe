import { describe, expect, it } from "vitest";
import { planeFromImageJ, planeFromOme } from "../../src/frames/stack-plane.js";

describe("planeFromImageJ", () => {
  const stack = "ImageJ=1.54f\nimages=24\nchannels=2\nslices=3\nframes=4\nhyperstack=true\n";

  it("channels run fastest, then slices, then frames", () => {
    expect(planeFromImageJ(stack, 0)).toEqual({ plane: { t: 0, z: 0, c: 0 } });
    expect(planeFromImageJ(stack, 23)).toEqual({ plane: { t: 3, z: 2, c: 1 } });
    expect(planeFromImageJ(stack, 9)).toEqual({ plane: { t: 1, z: 1, c: 1 } });
  });

  it.each(["ImageJ=1\n", "ImageJ=1\nimages=5\nslices=2\n", "ImageJ=1\nimages=2\nslices=2\n"])(
    "says nothing where the numbers do not fit: %j",
    (text) => {
      expect(planeFromImageJ(text, 2)).toEqual({});
    },
  );
});

describe("planeFromOme", () => {
  const ome = (inside: string, uuid = "") =>
    `<?xml version="1.0"?><OME xmlns="x"${uuid}><Image ID="Image:0"><Pixels DimensionOrder="XYCZT" SizeX="8" SizeC="2" SizeZ="3"
      SizeT="4"><Channel Name="DIA"/><Channel Name="FITC"/>${inside}</Pixels></Image></OME>`;

  it("follows the order of dimensions when one block stands for all", () => {
    expect(planeFromOme(ome("<TiffData/>"), 9)).toEqual({ plane: { t: 1, z: 1, c: 1 }, channelName: "FITC" });
  });

  it("follows blocks that name their page", () => {
    const xml = ome('<TiffData IFD="0" FirstT="2" FirstZ="1"/><TiffData IFD="1" FirstC="1" PlaneCount="2"/>');
    expect(planeFromOme(xml, 0).plane).toEqual({ t: 2, z: 1, c: 0 });
    expect(planeFromOme(xml, 2).plane).toEqual({ t: 0, z: 1, c: 0 });
    expect(planeFromOme(xml, 3)).toEqual({});
  });

  it("passes over blocks of other files", () => {
    const block = (uuid: string, t: number) =>
      `<TiffData IFD="0" FirstT="${t}"><UUID FileName="x">${uuid}</UUID></TiffData>`;
    const xml = ome(block("urn:uuid:1", 1) + block("urn:uuid:2", 3), ' UUID="urn:uuid:2"');
    expect(planeFromOme(xml, 0).plane).toEqual({ t: 3, z: 0, c: 0 });
  });

  it("tells a plane's time, exposure and position in ms and µm", () => {
    const plane = `<Plane TheC="0" TheZ="0" TheT="0" DeltaT="9"/><Plane TheC="1" TheZ="0" TheT="0" DeltaT="1.5" ExposureTime="20"
      ExposureTimeUnit="ms" PositionX="0.5" PositionXUnit="mm" PositionY="2" PositionYUnit="µm" PositionZ="3" PositionZUnit="µm"/>`;
    expect(planeFromOme(ome(`<TiffData/>${plane}`), 1)).toMatchObject({
      acquiredMs: 1500,
      exposureMs: 20,
      stageUm: { x: 500, y: 2, z: 3 },
    });
  });

  it("costs time in proportion to the text", () => {
    const started = performance.now();
    for (const text of ["<Pixels ", "<TiffData>", "<Plane ", "<UUID"]) planeFromOme(ome(text.repeat(200_000)), 0);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
