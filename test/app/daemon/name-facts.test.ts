import { describe, expect, it } from "vitest";
import { createLedgerSink } from "../../../src/app/daemon/ledger-sink.js";
import { nameFacts, pageFacts } from "../../../src/app/daemon/name-facts.js";
import { createNameReader } from "../../../src/frames/name-reader.js";
import { openTestLedger, settledSource } from "../../ledger/support.js";

const nis = createNameReader({ naming: "nis" });

const one = (name: string, place: object, naming: "nis" | "none" = "nis") =>
  pageFacts("/r", `/r/run/${name}`, createNameReader({ naming }), [place])[0];

describe("the series of a page that tells its own place", () => {
  it("bears the file's name, and the page's position, channel and z", () => {
    const place = { time: 3, position: "02", z: 4, channel: "DAPI" };
    expect(one("exp.nd2", place)).toMatchObject({ ...place, seriesKey: "run|exp||02|DAPI|4" });
    expect(one("exp.nd2", place, "none")).toMatchObject({ ...place, seriesKey: "run|exp||02|DAPI|4" });
  });

  it("joins the files of a run that makes one for each time point", () => {
    const names = ["WellA3_Time00000_ChannelGFP_Seq0002.nd2", "WellA3_Time00010_ChannelGFP_Seq0012.nd2"];
    const [first, second] = names.map((name) => one(name, { channel: "GFP" }));
    expect([first?.time, second?.time, first?.well]).toEqual([0, 10, "A3"]);
    expect(first?.seriesKey).toBe(second?.seriesKey);
    expect(first?.seriesKey).toBe(nameFacts("/r", `/r/run/${names[0]}`, nis)?.seriesKey);
  });

  it("is the file's own where name and file both count time", () => {
    const [first, second] = ["a_t001.nd2", "a_t002.nd2"].map((name) => one(name, { time: 1 }));
    expect([first?.time, first?.seriesKey, second?.seriesKey]).toEqual([1, "run|a_t001||||", "run|a_t002||||"]);
  });
});

describe("names that no pattern reads", () => {
  const settle = (naming: "nis" | "none") => {
    const ledger = openTestLedger();
    const told: string[] = [];
    const deps = { ledger, onReady: () => undefined, onUnreadName: (file: string) => void told.push(file) };
    const sink = createLedgerSink({ root: "/r", naming }, deps);
    for (const name of ["a_t1.tif", "snap.tif", "other.tif"]) sink.settled(settledSource(`/r/${name}`));
    sink.settled({ ...settledSource("/r/run.nd2", { type: "nd2" }), places: [{ time: 1 }] });
    return { told, unread: ledger.select("SELECT path FROM frames WHERE name_unread = 1") };
  };

  it("are told once, and marked each", () => {
    expect(settle("nis")).toEqual({
      told: ["/r/snap.tif"],
      unread: [{ path: "/r/snap.tif" }, { path: "/r/other.tif" }],
    });
  });

  it("are none where nothing is asked of names", () => {
    expect(settle("none")).toEqual({ told: [], unread: [] });
  });
});
