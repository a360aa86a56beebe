import { isAbsolute, relative } from "node:path";
import { cronProblem } from "./cron.js";
import type { KeyPath } from "./locate.js";
import { namePatternProblem } from "./name-pattern.js";
import { frameFilter, literalPattern } from "./patterns.js";
import { resolveWatch } from "./resolve.js";
import type { Config, WatchConfig } from "./schema.js";

/** Something that is wrong about a value because of another value. */
export interface Finding {
  readonly path: KeyPath;
  readonly message: string;
}

/** The rules that span several keys. All paths of `config` must be absolute. */
export function crossChecks(config: Config): Finding[] {
  return [
    ...thresholds(config),
    ...retryDelays(config),
    ...retention(config),
    ...adaptSchedule(config),
    ...folderPairs(config.watch),
    ...outputs(config.watch),
    ...namePatterns(config.watch),
    ...seriesFolderFindings(config),
  ];
}

function thresholds(config: Config): Finding[] {
  const groups = [
    { path: ["verdict", "focusedBelow"], values: config.verdict },
    ...config.watch.map((watch, i) => ({
      path: ["watch", i, "verdict", watch.verdict?.focusedBelow === undefined ? "defocusedAbove" : "focusedBelow"],
      values: watch.verdict && resolveWatch(config, watch).verdict,
    })),
  ];
  return groups.flatMap(({ path, values }) =>
    values === undefined || values.focusedBelow <= values.defocusedAbove
      ? []
      : [{ path, message: `focusedBelow (${values.focusedBelow}) is above defocusedAbove (${values.defocusedAbove})` }],
  );
}

function retryDelays({ retry }: Config): Finding[] {
  if (retry.firstDelaySeconds <= retry.maxDelaySeconds) return [];
  const message = `the first delay (${retry.firstDelaySeconds}) is above the longest (${retry.maxDelaySeconds})`;
  return [{ path: ["retry", "firstDelaySeconds"], message }];
}

/** A story that has left the ledger is in the daily file alone: removed at once, it would be nowhere. */
function retention({ ledger, dailyLog }: Config): Finding[] {
  if (ledger.keepDays === null || dailyLog.keepDays === null || dailyLog.keepDays > ledger.keepDays) return [];
  const message = `the daily files would be removed (dailyLog.keepDays, ${dailyLog.keepDays}) before the ledger lets go of what they hold (${ledger.keepDays})`;
  return [{ path: ["ledger", "keepDays"], message }];
}

function adaptSchedule({ adapt }: Config): Finding[] {
  const message = adapt.schedule === null ? undefined : cronProblem(adapt.schedule);
  return message === undefined ? [] : [{ path: ["adapt", "schedule"], message }];
}

function folderPairs(watches: readonly WatchConfig[]): Finding[] {
  const findings: Finding[] = [];
  for (const [i, later] of watches.entries()) {
    for (const [j, earlier] of watches.slice(0, i).entries()) {
      const nested = isInside(later.path, earlier.path) || isInside(earlier.path, later.path);
      if (later.path === earlier.path) {
        findings.push({ path: ["watch", i, "path"], message: `watched already by watch[${j}]: ${earlier.path}` });
      } else if (nested) {
        const message = `one watched folder lies inside another, whose frames would be taken twice: watch[${j}] is ${earlier.path}`;
        findings.push({ path: ["watch", i, "path"], message });
      }
      if (later.output === earlier.output) {
        const message = `watch[${j}] writes there too, and frames of equal names would meet: give each its own folder`;
        findings.push({ path: ["watch", i, "output"], message });
      }
    }
  }
  return findings;
}

/** A reconstruction written where it is watched would be judged as if the microscope had made it. */
function outputs(watches: readonly WatchConfig[]): Finding[] {
  return watches.flatMap((writer, i) =>
    watches.flatMap((watcher, j) => {
      if (!wouldBeWatched(watcher, writer.output)) return [];
      const inside = relative(watcher.path, writer.output);
      const whose = i === j ? "its own watched folder" : `the folder that watch[${j}] watches`;
      const remedy =
        inside === ""
          ? "choose another"
          : `choose another, or add "${literalPattern(inside)}/**" to watch[${j}].exclude`;
      return [
        {
          path: ["watch", i, "output"],
          message: `the output would be watched again, as it lies in ${whose}: ${remedy}`,
        },
      ];
    }),
  );
}

/** Its frames would be watched, or taken for reconstructions that no row names. */
export function seriesFolderFindings({ series, watch }: Pick<Config, "series" | "watch">): Finding[] {
  const { folder } = series;
  if (folder === null) return [];
  const isWithin = (path: string) => folder === path || isInside(folder, path);
  const path = ["series", "folder"];
  return watch.flatMap((each, i) => [
    ...(isWithin(each.path) ? [{ path, message: `lies in the folder that watch[${i}] watches: choose another` }] : []),
    ...(isWithin(each.output) ? [{ path, message: `lies in the output of watch[${i}]: choose another` }] : []),
  ]);
}

/** Tries names as they could come up there, since what a set of patterns covers cannot be computed. */
function wouldBeWatched(watch: WatchConfig, output: string): boolean {
  if (output !== watch.path && !isInside(output, watch.path)) return false;
  const folder = relative(watch.path, output);
  const isFrame = frameFilter(watch.include, watch.exclude);
  return ["a.tif", "a.tiff", "b/c.tif", "b/c/d.tif"].some((name) =>
    isFrame(folder === "" ? name : `${folder}/${name}`),
  );
}

function namePatterns(watches: readonly WatchConfig[]): Finding[] {
  return watches.flatMap((watch, i) =>
    watch.namePatterns.flatMap((pattern, j) => {
      const message = namePatternProblem(pattern);
      return message === undefined ? [] : [{ path: ["watch", i, "namePatterns", j], message }];
    }),
  );
}

function isInside(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way !== "" && way !== ".." && !way.startsWith("..") && !isAbsolute(way);
}
