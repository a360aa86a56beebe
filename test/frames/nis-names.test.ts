import { describe, expect, it } from "vitest";
import { type NameParse, parseNisName, seriesKey } from "../../src/frames/nis-names.js";

/** Names of real exports, from public data sets and code; numbered as in the corpus they were collected into. */
const CORPUS: ReadonlyArray<readonly [row: number, name: string, parse: NameParse]> = [
  [1, "exportz1t01.tif", { prefix: "export", z: 1, time: 1 }],
  [1, "exportz5t10.tif", { prefix: "export", z: 5, time: 10 }],
  [2, "2024_11_21_T01_DAPI - FITC - TRITC.tif", { prefix: "2024_11_21", time: 1, channel: "DAPI - FITC - TRITC" }],
  [2, "2024_11_21_T01_DIA.tif", { prefix: "2024_11_21", time: 1, channel: "DIA" }],
  [3, "image_T1.tif", { prefix: "image", time: 1 }],
  [4, "single_plane_1-2000_2xy01c1.tif", { prefix: "single_plane_1-2000_2", position: "01", channel: "1" }],
  [5, "h4k8acxy22c1.tif", { prefix: "h4k8ac", position: "22", channel: "1" }],
  [5, "h4k20me002xy13c2.tif", { prefix: "h4k20me002", position: "13", channel: "2" }],
  [6, "filename_t001xy1c1.tif", { prefix: "filename", time: 1, position: "1", channel: "1" }],
  [7, "260430_t001xy01c1.tif", { prefix: "260430", time: 1, position: "01", channel: "1" }],
  [8, "nd799xy08t001c1.tif", { prefix: "nd799", position: "08", time: 1, channel: "1" }],
  [9, "t01xy1z01c1.tif", { prefix: "", time: 1, position: "1", z: 1, channel: "1" }],
  [10, "xy01c1.tif", { prefix: "", position: "01", channel: "1" }],
  [11, "seq0000xy01c1.ome.tif", { prefix: "seq0000", position: "01", channel: "1" }],
  [11, "ldim_xy01c1.tif", { prefix: "ldim", position: "01", channel: "1" }],
  [11, "t000001xy01c1.tif", { prefix: "", time: 1, position: "01", channel: "1" }],
  [12, "movie_t01xy01c1.tif", { prefix: "movie", time: 1, position: "01", channel: "1" }],
  [12, "movie_t01xy001c1.tif", { prefix: "movie", time: 1, position: "001", channel: "1" }],
  [13, "2023-03-28-BJPF-s06-Stitched_t001c1.tif", { prefix: "2023-03-28-BJPF-s06-Stitched", time: 1, channel: "1" }],
  [14, "10_10_17_ldpgXY01T001C1.tif", { prefix: "10_10_17_ldpg", position: "01", time: 1, channel: "1" }],
  [
    14,
    "ANG261_Run_0060_Well_A1_Sample_01_XY01C1.tif",
    { prefix: "ANG261_Run_0060_Well_A1_Sample_01", position: "01", channel: "1" },
  ],
  [
    15,
    "WellA01_PointA01_0000_ChannelCam-DIA DIC Master Screening_Seq0000.tiff",
    { prefix: "", well: "A01", position: "A01_0000", channel: "Cam-DIA DIC Master Screening", seq: 0 },
  ],
  [
    16,
    "20260728_143951_318__WellA01_PointA01_0000_ChannelDIA_Seq0000.tiff",
    { prefix: "20260728_143951_318", well: "A01", position: "A01_0000", channel: "DIA", seq: 0 },
  ],
  [17, "Time00000_ChannelSS_FITC1_Seq0000.tiff", { prefix: "", time: 0, channel: "SS_FITC1", seq: 0 }],
  [17, "Time00010_Channel555 nm,635 nm_Seq0010.nd2", { prefix: "", time: 10, channel: "555 nm,635 nm", seq: 10 }],
  [18, "WellA3_Time00000_ChannelGFP_Seq0002.nd2", { prefix: "", well: "A3", time: 0, channel: "GFP", seq: 2 }],
  [
    19,
    "WellH06_PointH06_0007_ChannelDAPI,WF_GFP,TRITC,WF_Cy5,DIA_Seq0502.tiff",
    { prefix: "", well: "H06", position: "H06_0007", channel: "DAPI,WF_GFP,TRITC,WF_Cy5,DIA", seq: 502 },
  ],
  [
    20,
    "Plate1_2000_WellM05_Point1_2000_M05_0001_ChannelDAPI_Seq2427.tiff",
    { prefix: "Plate1_2000", well: "M05", position: "1_2000_M05_0001", channel: "DAPI", seq: 2427 },
  ],
  [
    21,
    "20200922_170759_414__ChannelDAPI,YFP,CY3,A594,CY5_Seq0000.nd2",
    { prefix: "20200922_170759_414", channel: "DAPI,YFP,CY3,A594,CY5", seq: 0 },
  ],
  [22, "20251105_133056_851__ChannelEmpty_Seq0000.tif", { prefix: "20251105_133056_851", channel: "Empty", seq: 0 }],
  [23, "WellA1_ChannelDAPI_1x1-GFP_1x1_Seq0012.nd2", { prefix: "", well: "A1", channel: "DAPI_1x1-GFP_1x1", seq: 12 }],
  [
    24,
    "Plate_ePB_v1_bulk_20220704_WellB4_ChannelDAPI,DsRed,Cy5_Seq0007 - Denoised.nd2",
    { prefix: "Plate_ePB_v1_bulk_20220704 - Denoised", well: "B4", channel: "DAPI,DsRed,Cy5", seq: 7 },
  ],
];

describe("parseNisName", () => {
  it.each(CORPUS)("row %i: %s", (_row, name, parse) => {
    expect(parseNisName(name)).toEqual(parse);
  });

  it("covers every row of the corpus", () => {
    expect(new Set(CORPUS.map(([row]) => row)).size).toBe(24);
  });

  it.each(["snap.tif", "IMG_0042.tif", "control 3.png", "notes.txt", ".tif", ""])(
    "finds no dimension in %j",
    (name) => {
      expect(parseNisName(name)).toBeUndefined();
    },
  );

  it("takes tokens in one case only, so that a well's name stays in the prefix", () => {
    expect(parseNisName("WellC2xy01t003.tif")).toEqual({ prefix: "WellC2", position: "01", time: 3 });
  });

  it("takes each axis once", () => {
    expect(parseNisName("run_t2_t01.tif")).toEqual({ prefix: "run_t2", time: 1 });
    expect(parseNisName("runt2t01.tif")).toEqual({ prefix: "runt2", time: 1 });
  });

  it("reads a time that stands after the point, and a z", () => {
    expect(parseNisName("WellA01_PointA01_0000_Time00003_Z002_ChannelDIA_Seq0011.tif")).toEqual({
      prefix: "",
      well: "A01",
      position: "A01_0000",
      time: 3,
      z: 2,
      channel: "DIA",
      seq: 11,
    });
  });
});

describe("seriesKey", () => {
  const key = (name: string) => seriesKey(parseNisName(name)!);

  it("is the same over time", () => {
    expect(key("movie_t01xy02c1.tif")).toBe(key("movie_t117xy02c1.tif"));
    expect(key("WellA3_Time00000_ChannelGFP_Seq0002.nd2")).toBe(key("WellA3_Time00009_ChannelGFP_Seq0038.nd2"));
  });

  it.each([
    ["movie_t01xy02c1.tif", "movie_t01xy03c1.tif"],
    ["movie_t01xy02c1.tif", "movie_t01xy02c2.tif"],
    ["exportz1t01.tif", "exportz2t01.tif"],
    ["a_t01.tif", "b_t01.tif"],
    ["xy01t01.tif", "z01t01.tif"],
    ["WellB4_ChannelDAPI_Seq0007.nd2", "WellB4_ChannelDAPI_Seq0007 - Denoised.nd2"],
    ["WellA1_Time00000_ChannelGFP_Seq0002.nd2", "WellA2_Time00000_ChannelGFP_Seq0002.nd2"],
  ])("tells %s from %s", (a, b) => {
    expect(key(a)).not.toBe(key(b));
  });
});
