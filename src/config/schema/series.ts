import { z } from "zod";
import { key, section } from "./key.js";
import { folder } from "./values.js";

export const series = section("Time-lapses as folders, with every time point in order.", {
  folder: key(folder.nullable().default(null), {
    description:
      "Below it, each series (position, channel and z over time) gets a folder that Fiji opens as an image sequence; null means none.",
    unit: "folder",
    reload: "restart",
    example: "/srv/microscope/series",
  }),
  link: key(z.enum(["reflink", "symlink", "hardlink", "copy"]).default("reflink"), {
    description:
      "How frames stand in these folders. Where a file system has no reflinks or hard links symbolic links do, and where it has none of these, copies.",
    reload: "restart",
  }),
  reconstructionOf: key(z.array(z.enum(["defocused", "uncertain"])).default(["defocused"]), {
    description:
      "Frames with these verdicts are shown by their reconstruction, if there is one; all others as they are.",
    unit: "verdicts",
    reload: "restart",
    example: "defocused",
  }),
  placeholder: key(z.boolean().default(false), {
    description: "True: a black frame with a white cross stands in for each missing time point.",
    reload: "restart",
  }),
  extractPages: key(z.boolean().default(false), {
    description:
      "True: pages of larger files (multi-page TIFF, ND2) that no reconstruction stands for are written as TIFF files of their own beside the reconstructions, pixel by pixel, and stand in these folders. Takes the space of the source once more.",
    reload: "restart",
  }),
  intervalSeconds: key(z.number().gt(0).max(31_536_000).nullable().default(null), {
    description: "The interval at which the microscope takes frames; null means the median of each series.",
    unit: "seconds",
    reload: "restart",
    example: "600",
  }),
  intervalTolerance: key(z.number().min(0.01).max(100).default(0.5), {
    description: "An interval that is off by more than this part of it is an alarm.",
    unit: "fraction",
    reload: "restart",
  }),
  overdueFactor: key(z.number().min(1.1).max(1000).nullable().default(null), {
    description:
      "A series whose next time point has not come after so many of its intervals is told as overdue, once, with or without folders of series; null never. The end of each time-lapse is told, too.",
    unit: "intervals",
    reload: "restart",
    example: "3",
  }),
});
