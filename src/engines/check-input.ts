import { RefocusdError } from "../errors/refocusd-error.js";
import type { NetworkInput } from "./engine.js";

/** @throws RF_ENGINE_FAILED when the values do not fill the shape: native code would read past their end or guess. */
export function checkInput({ data, shape }: NetworkInput): void {
  const count = shape.reduce((a, b) => a * b, 1);
  if (shape.some((n) => !Number.isInteger(n) || n < 1) || data.length !== count) {
    throw new RefocusdError("RF_ENGINE_FAILED", `${data.length} values do not fill a batch of ${shape.join("×")}`);
  }
}
