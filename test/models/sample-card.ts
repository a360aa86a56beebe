import type { ModelCard } from "../../src/models/card.js";

/** A valid card without what is computed from the weights. */
export function sampleCard(name = "tiny"): Omit<ModelCard, "sha256" | "selfTest"> {
  return {
    name,
    version: "1.0.0",
    kind: "reconstructor",
    architecture: { name: "tiny", parameters: 100 },
    input: { multiple: 2, channels: 1, standardisation: "mean 0, s.d. 1 over the frame" },
    output: "the focused frame, standardised alike",
    data: [{ source: "phantom", fields: 3, licence: "MIT" }],
    recipe: "random weights",
    seed: 5,
    trained: { date: "2026-11-23", minutes: 0, steps: 0, host: "none", cores: 1 },
    figures: [{ title: "none", columns: ["z", "SSIM"], rows: [["0 to 0.35", 0.99]] }],
    limits: ["good for nothing"],
  };
}
