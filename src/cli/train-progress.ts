import { SingleBar } from "cli-progress";
import type { Clock } from "../system/clock.js";
import type { Epoch } from "../train/loop/checkpoint.js";
import type { TrainingEvent } from "../train/run-training.js";

export interface TrainProgress {
  readonly event: (event: TrainingEvent) => void;
  stop(): void;
}

/** Seconds between two lines where there is no terminal to draw a bar on. */
const LINE_SECONDS = 30;
const MINUTE = 60_000;

/** Tells how a training goes: a bar on a terminal, else a line now and then, on the standard error output. */
export function trainProgress(clock: Clock): TrainProgress {
  const terminal = process.stderr.isTTY === true;
  let bar: SingleBar | undefined;
  let lastLine = Number.NEGATIVE_INFINITY;
  let validation = "";
  let loss: number | undefined;

  const line = (text: string) => process.stderr.write(`${text}\n`);
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  /** One bar per phase; without a terminal, a line when it is due. */
  const show = (format: string, total: number, value: number, text: string) => {
    if (!terminal) {
      if (value < total && clock.monotonic() - lastLine < LINE_SECONDS * 1000) return;
      lastLine = clock.monotonic();
      line(text);
      return;
    }
    if (!bar) {
      bar = new SingleBar({ format, hideCursor: true, clearOnComplete: true, stream: process.stderr });
      bar.start(total, value, { text });
    }
    bar.update(value, { text });
  };

  return {
    stop,
    event(event) {
      switch (event.kind) {
        case "reading":
          show(
            " reading fields {bar} {value}/{total}",
            event.total,
            event.done,
            `reading fields ${event.done}/${event.total}`,
          );
          if (event.done === event.total) stop();
          break;
        case "pool":
          show(
            " rendering the first items {bar} {value}/{total}",
            event.needed,
            event.items,
            `rendering ${event.items}/${event.needed}`,
          );
          if (event.items === event.needed) stop();
          break;
        case "training":
          stop();
          line(
            `training on ${event.fields} fields, ${event.heldOut} held out${event.step > 0 ? `, from step ${event.step}` : ""}`,
          );
          break;
        case "step": {
          // Of single steps the loss jumps about.
          const { step, elapsedMs, progress } = event.progress;
          loss = loss === undefined ? event.progress.loss : 0.95 * loss + 0.05 * event.progress.loss;
          const text = stepText(step, elapsedMs, progress, loss, validation);
          show(" {bar} {percentage} % | {text}", 1000, Math.round(1000 * Math.min(1, progress)), text);
          break;
        }
        case "epoch":
          validation = validationText(event.epoch);
          if (!terminal)
            line(`step ${event.epoch.step}, ${event.epoch.minutes.toFixed(1)} min, validation: ${validation}`);
          break;
        case "exporting":
          stop();
          line("exporting");
          break;
      }
    },
  };
}

function stepText(step: number, elapsedMs: number, progress: number, loss: number, validation: string): string {
  const left = Math.max(0, (elapsedMs / MINUTE) * (1 / progress - 1));
  const known = validation === "" ? "" : ` | ${validation}`;
  return `step ${step} | loss ${loss.toFixed(4)} | ${left.toFixed(1)} min to go${known}`;
}

/** What was found out on held-out fields: accuracy by band, or SSIM before and after. */
export function validationText({ figures }: Pick<Epoch, "figures">): string {
  const digits = (value: number | undefined) => value?.toFixed(3) ?? "?";
  if ("accuracy" in figures) {
    const bands = Object.entries(figures).filter(([name]) => name !== "score" && name !== "accuracy");
    return `accuracy ${digits(figures.accuracy)} (${bands.map(([name, value]) => `${name}: ${digits(value)}`).join(", ")})`;
  }
  return `SSIM ${digits(figures["all before"])} → ${digits(figures["all after"])}, near focus ${digits(figures["0-0.35 after"])}`;
}
