import { cpus } from "node:os";
import type { Machine } from "../ledger/types.js";

/** This machine, as far as the last digits of a computation depend on it: kernels are chosen by the processor. */
export function machineFacts(): Machine {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() || "unknown",
  };
}
