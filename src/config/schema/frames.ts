// What is written of a frame, and what it may cost.
import { z } from "zod";
import { key, section } from "./key.js";

export const output = section("How reconstructions are written.", {
  compression: key(z.enum(["deflate", "none"]).default("deflate"), {
    description: "deflate makes files smaller without changing a pixel; none is for programs that read no Deflate.",
    reload: "live",
  }),
  description: key(z.enum(["imagej", "ome"]).default("imagej"), {
    description:
      "What tells programs pixel size and provenance: lines that ImageJ and Fiji read, or OME-XML, which also has time, exposure, stage position and objective.",
    reload: "live",
  }),
  sidecar: key(z.boolean().default(false), {
    description: "True: a JSON file with the provenance is written beside each reconstruction.",
    reload: "live",
  }),
  focusMap: key(z.enum(["none", "reconstructed", "all"]).default("none"), {
    description:
      "Of which frames a picture is written that shows P(defocused) of each tile over the frame (PNG, in the folder maps beside the reconstructions).",
    reload: "live",
  }),
  trustMap: key(z.boolean().default(false), {
    description:
      "True: a picture is written of each reconstruction that shows where in it the evidence for its trust lies (PNG, in the folder maps beside the reconstructions).",
    reload: "live",
  }),
});

export const limits = section("What one frame may cost.", {
  maxMegapixels: key(z.number().gt(0).max(4096).default(64), {
    description: "A larger frame is set aside without being decoded.",
    unit: "million pixels",
    reload: "live",
  }),
  frameSeconds: key(z.number().min(1).max(86_400).default(120), {
    description: "A frame that takes longer is stopped and tried again.",
    unit: "seconds",
    reload: "live",
  }),
});

export const disk = section("When reconstructing stops for lack of space.", {
  minFreeGigabytes: key(z.number().min(0).max(1_000_000).default(2), {
    description:
      "When less is free where a folder's reconstructions go, frames are judged but not reconstructed until there is more; 0 never stops.",
    unit: "gigabytes",
    reload: "live",
  }),
});

export const retry = section("What happens when a frame fails for a reason that may pass.", {
  attempts: key(z.int().min(1).max(100).default(3), {
    description: "How often a frame is tried before it is set aside.",
    unit: "attempts",
    reload: "live",
  }),
  firstDelaySeconds: key(z.number().min(0).max(86_400).default(2), {
    description: "The pause before the second attempt; it doubles with each further one.",
    unit: "seconds",
    reload: "live",
  }),
  maxDelaySeconds: key(z.number().min(0).max(86_400).default(300), {
    description: "The longest pause between two attempts.",
    unit: "seconds",
    reload: "live",
  }),
});
