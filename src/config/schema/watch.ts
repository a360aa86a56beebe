import { z } from "zod";
import { key, override } from "./key.js";
import { reconstruct, scan, settle, verdict } from "./per-folder.js";
import { fileName, folder, glob } from "./values.js";

export const watchSchema = z.strictObject({
  path: key(folder, {
    description: "The folder into which the microscope's software exports, with everything below it.",
    unit: "folder",
    reload: "restart",
    example: "/srv/microscope/export",
  }),
  output: key(folder, {
    description: "Where reconstructed frames are written, in the same sub-folders as their sources.",
    unit: "folder",
    reload: "restart",
    example: "/srv/microscope/refocused",
  }),
  include: key(
    z.array(glob).min(1).default(["**/*.tif", "**/*.tiff", "**/*.png", "**/*.jpg", "**/*.jpeg", "**/*.nd2"]),
    {
      description: "Which files are frames: patterns relative to the folder; upper and lower case are alike.",
      unit: "patterns",
      reload: "restart",
      example: "**/*.tif",
    },
  ),
  exclude: key(z.array(glob).default([]), {
    description: "Which of these are to be left alone all the same.",
    unit: "patterns",
    reload: "restart",
    example: "thumbnails/**",
  }),
  naming: key(z.enum(["nis", "nd", "jobs", "sequence", "none"]).default("nis"), {
    description:
      "How well, position, time, z and channel are read from the file name: nis as NIS-Elements writes them (jobs, else nd), nd as its ND export, jobs as its JOBS, sequence as a number at the end, none not at all.",
    reload: "restart",
  }),
  namePatterns: key(z.array(z.string().min(1)).default([]), {
    description:
      "Regular expressions for names of your own, tried one after the other before naming. Their groups tell what is what: prefix, well, position, time, z, channel, seq.",
    unit: "regular expressions",
    reload: "restart",
    example: "_s(?<position>\\d+)_t(?<time>\\d+)",
  }),
  polling: key(z.boolean().default(false), {
    description: "True for a folder on a network share: the system is not asked for hints, which it cannot give there.",
    reload: "restart",
  }),
  doneMarker: key(z.enum(["none", "file", "folder"]).default("none"), {
    description:
      "How the microscope's software says that a frame is complete: not at all, by a file beside each frame (a.tif.done or a.done), or by one file in the folder.",
    reload: "restart",
  }),
  doneMarkerName: key(fileName.default("done.txt"), {
    description: "What that one file is called, for doneMarker: folder.",
    unit: "file name",
    reload: "restart",
    example: "done.txt",
  }),
  verdict: override("Thresholds of this folder; what is left out is as in the general section.", verdict),
  reconstruct: key(reconstruct.optional(), {
    description: "Which frames of this folder are reconstructed.",
    reload: "live",
  }),
  settle: override("Settling in this folder; what is left out is as in the general section.", settle),
  scan: override("Scanning of this folder; what is left out is as in the general section.", scan),
});
