import { expect, it } from "vitest";
import { distanceText } from "../../src/app/distance-text.js";
import type { AcquisitionStory } from "../../src/ledger/story.js";

const distance = { dof: 2.1, low: 1.8, high: 2.4 };
const optics = (known: Partial<AcquisitionStory>) =>
  ({ na: null, emissionNm: null, pixelSizeUm: null, ...known }) as AcquisitionStory;

it("says where the NA comes from, and that there is none", () => {
  expect(distanceText({ distance, pSpectrum: 1, acquisition: optics({ na: 0.3 }) })).toBe(
    "about 2.1 DOF units (1.8 to 2.4), 13 µm, either way, by the power spectrum; NA 0.3 by the file",
  );
  expect(distanceText({ distance, pSpectrum: 1, acquisition: optics({}) })).toMatch(/the file tells no NA, so no µm$/);
});

it("says why it says nothing, where that is the sampling", () => {
  const coarse = optics({ na: 0.3, pixelSizeUm: 1.3 });
  expect(distanceText({ distance: null, pSpectrum: 0.5, acquisition: coarse })).toBe(
    "not told: 0.71 px·NA/λ is outside of what was learnt, 0.15 to 0.65",
  );
  // By an older model, by no spectrum at all, and without optics.
  const fine = optics({ na: 0.3, pixelSizeUm: 0.65 });
  expect(distanceText({ distance: null, pSpectrum: 0.5, acquisition: fine })).toBeNull();
  expect(distanceText({ distance: null, pSpectrum: null, acquisition: coarse })).toBeNull();
  expect(distanceText({ distance: null, pSpectrum: 0.5, acquisition: optics({ na: 0.3 }) })).toBeNull();
});
