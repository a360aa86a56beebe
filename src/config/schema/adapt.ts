import { z } from "zod";
import { key, section } from "./key.js";

export const adapt = section(
  "Fitting the classifier, and only that, to your cells by itself, from frames that are in focus.",
  {
    schedule: key(z.string().min(1).nullable().default(null), {
      description:
        "When it is tried, in a process of its own that every frame goes before: minute, hour, day of month, month, day of week, as in cron; null never.",
      unit: "cron expression, local time",
      reload: "restart",
      example: "0 3 * * 0",
    }),
    use: key(z.boolean().default(false), {
      description:
        "True: a classifier that was adapted on schedule is taken into use by itself, as it was measured to be better; false: it is installed, and the configured one goes on.",
      reload: "live",
    }),
    days: key(z.int().min(1).max(36_500).default(14), {
      description: "Frames of so many days are chosen from.",
      unit: "days",
      reload: "live",
    }),
    frames: key(z.int().min(5).max(1000).default(20), {
      description: "At most so many frames are taken.",
      unit: "frames",
      reload: "live",
    }),
    na: key(z.number().min(0.01).max(2).nullable().default(null), {
      description: "The objective's numerical aperture; null means what the frames themselves tell.",
      unit: "numerical aperture",
      reload: "live",
      example: "0.45",
    }),
    pixelMicrometres: key(z.number().min(0.001).max(100).nullable().default(null), {
      description: "The size of a pixel in the sample; null means what the frames themselves tell.",
      unit: "micrometres",
      reload: "live",
      example: "0.313",
    }),
  },
);
