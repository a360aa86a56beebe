import { RefocusdError } from "../errors/refocusd-error.js";

/** Reads a number of the command line, for commander. Thrown errors end in exit code 2. */
export function numberIn(
  option: string,
  least: number,
  most: number,
  kind: "real" | "whole" = "real",
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isNumber = text.trim() !== "" && Number.isFinite(value) && (kind === "real" || Number.isInteger(value));
    if (!isNumber || value < least || value > most) {
      throw new RefocusdError(
        "RF_USAGE",
        `${option} ${text}: not a ${kind === "whole" ? "whole " : ""}number from ${least} to ${most}`,
      );
    }
    return value;
  };
}
