import { z } from "zod";

/** Whether a changed key takes effect when the file is read again, or only at the next start. */
export type Reload = "live" | "restart";

/** What is told about a key to editors, in the commented example, and in error messages. */
interface KeyFacts {
  readonly description: string;
  readonly unit?: string;
  readonly reload: Reload;
  /** One value that would be right, for keys whose type alone does not tell. */
  readonly example?: string;
}

function key<T extends z.ZodType>(type: T, facts: KeyFacts): T {
  return type.meta({ ...facts });
}

/** A group of keys that may be left out as a whole. */
function section<S extends Record<string, z.ZodDefault>>(description: string, shape: S) {
  const group = z.strictObject(shape).meta({ description });
  return group.prefault({} as z.input<typeof group>);
}

/** The same keys without their defaults: what is left out is taken from the general section. */
function override<K extends string>(description: string, shape: Record<K, z.ZodDefault<z.ZodNumber>>) {
  const keys = Object.entries<z.ZodDefault<z.ZodNumber>>(shape);
  const bare = Object.fromEntries(
    keys.map(([name, type]) => [
      name,
      type
        .unwrap()
        .meta(type.meta() ?? {})
        .optional(),
    ]),
  ) as Record<K, z.ZodOptional<z.ZodNumber>>;
  return z.strictObject(bare).meta({ description }).optional();
}

// "~" and backslashes are what a shell or Windows would understand; here they would silently make a relative path.
const folder = z
  .string()
  .regex(/^[^~\\][^\\]*$/)
  .meta({ expects: "a folder, written without ~ and \\" });
const fileName = z
  .string()
  .regex(/^[^/\\]+$/)
  .meta({ expects: "a file name, without a folder" });
const glob = z
  .string()
  .regex(/^[^/\\][^\\]*$/)
  .meta({ expects: "a pattern relative to the watched folder, with / between names" });
const probability = z.number().min(0).max(1);
const autoOr = (most: number) => z.union([z.literal("auto"), z.int().min(1).max(most)]);

const verdict = {
  focusedBelow: key(probability.default(0.35), {
    description: "A frame whose probability of being defocused is below this is focused.",
    unit: "probability, 0 to 1",
    reload: "live",
  }),
  defocusedAbove: key(probability.default(0.65), {
    description:
      "A frame whose probability of being defocused is above this is defocused; between the two it is uncertain.",
    unit: "probability, 0 to 1",
    reload: "live",
  }),
};

const reconstruct = z.enum(["defocused", "always", "never"]);

const settle = {
  quietSeconds: key(z.number().min(0).max(3600).default(1), {
    description: "How long a file must stay unchanged before it is taken as written.",
    unit: "seconds",
    reload: "live",
  }),
  staleSeconds: key(z.number().min(1).max(86_400).default(300), {
    description: "A file that is still incomplete after not changing for this long is set aside as incomplete.",
    unit: "seconds",
    reload: "live",
  }),
};

const scan = {
  intervalSeconds: key(z.number().min(0.1).max(3600).default(1), {
    description: "How often the folder is listed for new files.",
    unit: "seconds",
    reload: "live",
  }),
  sweepSeconds: key(z.number().min(1).max(86_400).default(180), {
    description: "How often all files are looked at again, to find those that were overwritten.",
    unit: "seconds",
    reload: "live",
  }),
};

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

/** The configuration file. Everything else that is said about it (JSON Schema, messages, defaults) is derived from here. */
export const configSchema = z.strictObject({
  state: key(folder.default("/var/lib/refocusd"), {
    description: "The folder of the ledger, on a local disk; one folder serves one running refocusd.",
    unit: "folder",
    reload: "restart",
    example: "/var/lib/refocusd",
  }),
  watch: z.array(watchSchema).min(1).meta({ description: "The watched folders.", reload: "restart" }),
  engine: section("What executes the networks.", {
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
  }),
  models: section("The networks.", {
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
    reconstructor: key(z.string().min(1).default("resunet-lite"), {
      description: "The model that reconstructs.",
      unit: "name",
      reload: "restart",
      example: "resunet-lite",
    }),
  }),
  workers: key(autoOr(64).default("auto"), {
    description: "How many frames are worked on at the same time, each in a process of its own.",
    unit: "processes",
    reload: "restart",
  }),
  trust: section("How far reconstructions can be believed.", {
    lowBelow: key(z.number().min(0).max(1).default(0.6), {
      description:
        "A reconstruction is written in any case; when its trust (the SSIM with the frame in focus that is to be expected) is below this, it is told to be low-trust.",
      reload: "live",
    }),
  }),
  output: section("How reconstructions are written.", {
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
  }),
  verdict: section("Where the lines between focused, uncertain and defocused are drawn.", verdict),
  reconstruct: key(reconstruct.default("defocused"), {
    description: "Which frames are reconstructed.",
    reload: "live",
  }),
  settle: section("When a file counts as completely written.", settle),
  scan: section("How often the watched folders are read.", scan),
  limits: section("What one frame may cost.", {
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
  }),
  disk: section("When reconstructing stops for lack of space.", {
    minFreeGigabytes: key(z.number().min(0).max(1_000_000).default(2), {
      description:
        "When less is free where a folder's reconstructions go, frames are judged but not reconstructed until there is more; 0 never stops.",
      unit: "gigabytes",
      reload: "live",
    }),
  }),
  retry: section("What happens when a frame fails for a reason that may pass.", {
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
  }),
  log: section("What refocusd says about its own work.", {
    level: key(z.enum(["error", "warn", "info", "debug"]).default("info"), {
      description: "How much is said.",
      reload: "live",
    }),
    directory: key(folder.nullable().default(null), {
      description: "The folder of the log files; null means the folder log in the state folder.",
      unit: "folder",
      reload: "restart",
      example: "/var/log/refocusd",
    }),
    keepDays: key(z.int().min(1).max(3650).default(30), {
      description: "How long log files are kept.",
      unit: "days",
      reload: "restart",
    }),
    maxMegabytes: key(z.int().min(1).max(1024).default(20), {
      description: "A log file that grows beyond this is continued in a new one.",
      unit: "megabytes",
      reload: "restart",
    }),
  }),
  dailyLog: section("The daily SQLite file with every frame of the day.", {
    at: key(
      z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default("00:05"),
      {
        description: "When the file of the day before is written.",
        unit: "time of day, local",
        reload: "restart",
        example: "00:05",
      },
    ),
    directory: key(folder.nullable().default(null), {
      description: "The folder of the daily files; null means the folder log in the state folder.",
      unit: "folder",
      reload: "restart",
      example: "/var/lib/refocusd/log",
    }),
    keepDays: key(z.int().min(1).max(36_500).nullable().default(null), {
      description: "How long daily files are kept; null means for ever.",
      unit: "days",
      reload: "restart",
    }),
    page: key(z.boolean().default(true), {
      description:
        "True: beside each daily file a page for people is written (HTML, one file, opens in any browser without a server).",
      reload: "live",
    }),
    pictures: key(z.int().min(0).max(500).default(24), {
      description:
        "How many reconstructions the page shows with pictures of before and after; of more, it tells how many there are and where. Each takes about 40 kB.",
      unit: "reconstructions",
      reload: "live",
    }),
  }),
  series: section("Time-lapses as folders, with every time point in order.", {
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
  }),
  ledger: section("The ledger, in which everything is written down.", {
    keepDays: key(z.int().min(1).max(36_500).nullable().default(null), {
      description:
        "How long the story of a frame (events, attempts, focus map, measured numbers) stays in the ledger; it leaves only after the daily file of its last day was checked to hold it. Which files are known, verdicts and reconstructions always stay. null means everything stays.",
      unit: "days",
      reload: "restart",
    }),
    dailyBackups: key(z.int().min(0).max(3650).default(7), {
      description:
        "How many daily copies of the ledger are kept in the folder backup of the state folder. One is made after each day on which something happened; 0 makes none.",
      unit: "files",
      reload: "live",
    }),
    warnMegabytes: key(z.int().min(1).max(1_000_000).default(2000), {
      description: "A ledger larger than this is warned of, once a day.",
      unit: "megabytes",
      reload: "restart",
    }),
  }),
});

export type ConfigFile = z.output<typeof configSchema>;
export type WatchConfig = z.output<typeof watchSchema>;

/** The effective configuration: every path absolute, the log folders filled in. */
export interface Config extends Omit<ConfigFile, "log" | "dailyLog"> {
  readonly log: Omit<ConfigFile["log"], "directory"> & { readonly directory: string };
  readonly dailyLog: Omit<ConfigFile["dailyLog"], "directory"> & { readonly directory: string };
}
