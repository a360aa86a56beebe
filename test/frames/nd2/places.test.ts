import { describe, expect, it } from "vitest";
import { bufferAccess } from "../../../src/frames/buffer-access.js";
import { checkNd2 } from "../../../src/watch/containers/nd2.js";
import { type Loop, type Nd2Spec, nd2File } from "../../support/nd2-writer.js";

async function places(loops: readonly Loop[], more: Partial<Nd2Spec> = {}) {
  const check = await checkNd2(bufferAccess(nd2File({ width: 2, height: 2, ...more, loops })));
  if (check.kind !== "complete") throw new Error(JSON.stringify(check));
  expect(check.places).toHaveLength(check.pages);
  return check.places!.map(({ time, position, z, channel }) =>
    [time && `t${time}`, position && `xy${position}`, z && `z${z}`, channel].filter(Boolean).join(" "),
  );
}

const time = (count: number): Loop => ({ kind: "time", count });
const z = (count: number): Loop => ({ kind: "z", count });

describe("the places of an ND2's pages", () => {
  it("follow the loops, the innermost fastest, and in each frame the channels", async () => {
    const planes = [
      [1, "DAPI"],
      [3, "RGB"],
    ] as const;
    const made = await places([time(2), { kind: "xy", valid: [true, false, true] }, z(2)], { planes });
    expect(made).toHaveLength(2 * 2 * 2 * 2);
    expect(made.slice(0, 6)).toEqual([
      "t1 xy1 z1 DAPI",
      "t1 xy1 z1 RGB",
      "t1 xy1 z2 DAPI",
      "t1 xy1 z2 RGB",
      "t1 xy2 z1 DAPI",
      "t1 xy2 z1 RGB",
    ]);
    expect(made.at(-1)).toBe("t2 xy2 z2 RGB");
  });

  it("count the phases of an uneven time loop through", async () => {
    expect(await places([{ kind: "phases", counts: [1, 2] }])).toEqual(["t1 Mono", "t2 Mono", "t3 Mono"]);
  });

  it("go on beyond the planned time points, and end where the recording ended", async () => {
    expect(await places([time(0), z(2)], { sequences: [0, 1, 2, 3] })).toEqual([
      "t1 z1 Mono",
      "t1 z2 Mono",
      "t2 z1 Mono",
      "t2 z2 Mono",
    ]);
    expect(await places([time(9), z(2)], { sequences: [0, 1, 2] })).toEqual(["t1 z1 Mono", "t1 z2 Mono", "t2 z1 Mono"]);
  });

  it("pad positions, and number channels without distinct names", async () => {
    const many = await places([{ kind: "xy", valid: Array(12).fill(true) }], {
      planes: [
        [1, "A"],
        [1, "A"],
      ],
    });
    expect([many[0], many[1], many[23]]).toEqual(["xy01 1", "xy01 2", "xy12 2"]);
  });

  it("are none in a snapshot but its channel's", async () => {
    expect(await places([])).toEqual(["Mono"]);
  });
});
