import type { LayersModel } from "@tensorflow/tfjs";
import { RefocusdError } from "../../errors/refocusd-error.js";
import type { Tf } from "../tfjs.js";
import { buildResunetLite } from "./resunet-lite.js";
import { buildSdcnn } from "./sdcnn.js";

const ARCHITECTURES: Readonly<Record<string, (tf: Tf) => LayersModel>> = {
  sdcnn: buildSdcnn,
  "resunet-lite": buildResunetLite,
};

/** Builds an architecture by the name that a model card gives. */
export function buildArchitecture(tf: Tf, name: string): LayersModel {
  const build = ARCHITECTURES[name];
  if (!build) {
    throw new RefocusdError(
      "RF_MODEL_INVALID",
      `architecture ${name}; known: ${Object.keys(ARCHITECTURES).join(", ")}`,
    );
  }
  return build(tf);
}
