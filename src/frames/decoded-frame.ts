import type { SourceFacts } from "./facts.js";
import type { Frame } from "./frame.js";

export interface DecodeLimits {
  /** Pixels, width × height. */
  readonly maxPixels: number;
}

export interface DecodedFrame {
  readonly frame: Frame;
  readonly facts: SourceFacts;
}
