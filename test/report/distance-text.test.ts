import { expect, it } from "vitest";
import { distancePhrase, distanceUm } from "../../src/report/distance-text.js";

const optics = { na: 0.3, emissionNm: null };

it("tells the distance, its error and micrometres by the usual green light", () => {
  expect(distancePhrase({ dof: 2.1, low: 1.79, high: 2.41 }, optics)).toBe("about 2.1 DOF units (1.8 to 2.4), 13 µm");
  expect(distancePhrase({ dof: 0.12, low: 0, high: 0.4 }, optics)).toBe("about 0.1 DOF units (0.0 to 0.4), 0.7 µm");
});

it("goes by the light that the file tells", () => {
  expect(distanceUm(2, { na: 0.5, emissionNm: 500 })).toBeCloseTo(4, 12);
});

it("tells no micrometres without an NA", () => {
  expect(distancePhrase({ dof: 2.1, low: 1.8, high: 2.4 }, { na: null, emissionNm: 500 })).not.toMatch("µm");
  expect(distanceUm(2, null)).toBeNull();
});

it("says where it could be more than was ever learnt", () => {
  expect(distancePhrase({ dof: 4.9, low: 3.9, high: 5.2 }, null)).toBe("about 4.9 DOF units (3.9 to 5.2 or more)");
  expect(distancePhrase({ dof: 5.2, low: 4.6, high: 5.2 }, optics)).toBe(
    "5.2 DOF units or more (4.6 to 5.2 or more), 32 µm or more",
  );
});
