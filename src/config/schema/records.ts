// What is written down, and for how long it is kept.
import { z } from "zod";
import { key, section } from "./key.js";
import { folder } from "./values.js";

export const log = section("What refocusd says about its own work.", {
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
});

export const dailyLog = section("The daily SQLite file with every frame of the day.", {
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
});

export const ledger = section("The ledger, in which everything is written down.", {
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
});
