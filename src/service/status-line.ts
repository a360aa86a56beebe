/** What the status line tells. */
export interface StatusFacts {
  readonly folders: readonly { readonly path: string; readonly missing: boolean }[];
  /** Undefined while the ledger does not answer. */
  readonly frames: FrameFacts | undefined;
  /** What stands still (judgeProgress). */
  readonly stuck: readonly string[];
  /** Why nothing can be written into the ledger. */
  readonly refusal: string | undefined;
  /** Series whose next time point has not come; left out: 0. */
  readonly overdue?: number;
}

export interface FrameFacts {
  readonly inHand: number;
  readonly waiting: number;
  /** Since local midnight. */
  readonly doneToday: number;
  /** Set aside, until somebody does something about it, or waiting for another attempt. */
  readonly problems: number;
}

/** One line that says what is going on, for `systemctl status`: what is wrong first, as it is cut off on the right. */
export function statusLine({ folders, frames, stuck, refusal, overdue = 0 }: StatusFacts): string {
  const wrong = [
    ...(stuck.length > 0 ? [`NO PROGRESS: ${stuck.join("; ")}`] : []),
    ...(refusal === undefined ? [] : [`HELD UP: ${refusal}`]),
    ...folders.filter(({ missing }) => missing).map(({ path }) => `NOT THERE: ${path}`),
    ...(overdue > 0 ? [`OVERDUE: ${digits(overdue)} series`] : []),
  ];
  const watching = `watching ${many(folders.length, "folder")}`;
  if (frames === undefined) return oneLine([...wrong, watching]);
  const { inHand, waiting, doneToday, problems } = frames;
  const now = `${digits(inHand)} in hand, ${digits(waiting)} waiting`;
  const today = `${digits(doneToday)} done today, ${many(problems, "problem")}`;
  return oneLine([...wrong, watching, now, today]);
}

function many(n: number, one: string): string {
  return `${digits(n)} ${n === 1 ? one : `${one}s`}`;
}

function digits(n: number): string {
  return n.toLocaleString("en-US");
}

/** A folder's name may contain a line break, which would end the message. */
function oneLine(parts: readonly string[]): string {
  return parts.join("; ").replaceAll(/\p{Cc}+/gu, " ");
}
