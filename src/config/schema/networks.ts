// What judges and reconstructs, and with what.
import { z } from "zod";
import { key, section } from "./key.js";
import { autoOr, folder } from "./values.js";

export const engine = section("What executes the networks.", {
  kind: key(z.enum(["auto", "onnx", "tensorflow"]).default("auto"), {
    description: "auto takes tensorflow when it is installed and sees an NVIDIA GPU, else onnx.",
    reload: "restart",
  }),
  provider: key(z.enum(["cpu", "cuda", "webgpu"]).default("cpu"), {
    description: "What onnx computes on.",
    reload: "restart",
  }),
  threads: key(autoOr(256).default("auto"), {
    description: "Processor threads that each worker computes with.",
    unit: "threads",
    reload: "restart",
  }),
});

export const models = section("The networks.", {
  directory: key(folder.nullable().default(null), {
    description: "The folder of the models; null means those that come with refocusd.",
    unit: "folder",
    reload: "restart",
    example: "/var/lib/refocusd/models",
  }),
  classifier: key(z.string().min(1).default("sdcnn"), {
    description: "The model that tells focused from defocused.",
    unit: "name",
    reload: "restart",
    example: "sdcnn",
  }),
  reconstructor: key(z.string().min(1).default("resunet-guided"), {
    description: "The model that reconstructs.",
    unit: "name",
    reload: "restart",
    example: "resunet-guided",
  }),
});

export const workers = key(autoOr(64).default("auto"), {
  description: "How many frames are worked on at the same time, each in a process of its own.",
  unit: "processes",
  reload: "restart",
});

export const reconstruction = section("How frames are reconstructed.", {
  holdToSource: key(z.boolean().default(true), {
    description:
      "True: what the network makes of a frame is held to the frame itself by the optics of phase contrast, wherever these let the frame say something. False: the optics are not asked at all, it is the network alone.",
    reload: "live",
  }),
});

export const trust = section("How far reconstructions can be believed.", {
  lowBelow: key(z.number().min(0).max(1).default(0.8), {
    description:
      "A reconstruction is written in any case; when its trust (the SSIM with the frame in focus that is to be expected) is below this, it is told to be low-trust.",
    reload: "live",
  }),
});
