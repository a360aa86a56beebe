import { damaged } from "./problem.js";
import { type Level, levelAt, levelsIn, numberAt, valueAt } from "./variant.js";

/** One loop of an experiment. Frames are stored as the loops ran: the innermost index changes fastest. */
export interface Nd2Loop {
  readonly axis: "time" | "position" | "z" | "other";
  /** Turns, by the settings; the outermost loop may have ended earlier. */
  readonly count: number;
  /** Micrometres between the planes of a z loop. */
  readonly zStepUm?: number;
}

/** eType of SLxExperiment. The spectral loop (6) runs inside a frame: its turns are the frame's components. */
const TYPE = { time: 1, position: 2, z: 4, spectral: 6, custom: 7, unevenTime: 8 };
const MAX_LEVELS = 16;
/** More turns than any experiment's whole number of frames. */
const MAX_COUNT = 1e8;

/**
 * The loops of `ImageMetadataLV!`, outermost first. Levels are nested through `ppNextLevelEx`; where a level has several experiments,
 * the one with most turns of each kind counts (as in tlambert03/nd2).
 *
 * @throws Nd2Stop damaged
 */
export function readLoops(variant: Level | undefined): Nd2Loop[] {
  const loops: Nd2Loop[] = [];
  let level = variant === undefined ? [] : [levelAt(variant, "SLxExperiment") ?? variant];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_LEVELS) throw damaged("its experiment is nested too deep");
    const own = level.flatMap((experiment) => readLoop(experiment) ?? []);
    const [first] = own;
    if (first) loops.push(own.reduce((a, b) => (b.axis === a.axis && b.count > a.count ? b : a), first));
    level = level.flatMap((experiment) => levelsIn(levelAt(experiment, "ppNextLevelEx")));
  }
  return loops;
}

function readLoop(experiment: Level): Nd2Loop | undefined {
  const parameters = levelAt(experiment, "uLoopPars");
  if (parameters === undefined) return undefined;
  const count = numberAt(parameters, "uiCount") ?? 0;
  switch (numberAt(experiment, "eType")) {
    case TYPE.time:
      return loop("time", count);
    case TYPE.unevenTime:
      return loop("time", phaseTurns(parameters) || count);
    case TYPE.position:
      return loop("position", validPoints(experiment, parameters, count));
    case TYPE.z: {
      const step = numberAt(parameters, "dZStep");
      return { ...loop("z", count), ...(step !== undefined && step > 0 && { zStepUm: step }) };
    }
    case TYPE.custom:
      return loop("other", count);
    default:
      return undefined;
  }
}

/** A loop of 0 turns is one whose end was left open; only the outermost can be, and its count is not needed. */
function loop(axis: Nd2Loop["axis"], count: number): Nd2Loop {
  if (!Number.isInteger(count) || count < 0 || count > MAX_COUNT)
    throw damaged(`its experiment has a loop of ${count} turns`);
  return { axis, count };
}

/** Turns of the phases of an uneven time loop that were switched on. */
function phaseTurns(parameters: Level): number {
  const valid = flags(valueAt(parameters, "pPeriodValid"));
  return levelsIn(levelAt(parameters, "pPeriod"))
    .filter((_, i) => valid?.[i] ?? true)
    .reduce((sum, phase) => sum + (numberAt(phase, "uiCount") ?? 0), 0);
}

/** Stage positions that were ticked. */
function validPoints(experiment: Level, parameters: Level, count: number): number {
  const points = levelsIn(levelAt(parameters, "Points")).length || count;
  const valid = flags(valueAt(experiment, "pItemValid"));
  return valid === undefined ? points : valid.slice(0, points).filter(Boolean).length || points;
}

function flags(value: ReturnType<typeof valueAt>): boolean[] | undefined {
  if (Buffer.isBuffer(value))
    return value.length === 0 ? undefined : [...value.subarray(0, 1e6)].map((byte) => byte !== 0);
  if (Array.isArray(value) && value.length > 0) return value.map((item) => Boolean(item.value));
  return undefined;
}
