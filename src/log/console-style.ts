export type ConsoleStyle = { readonly kind: "journal" } | { readonly kind: "human"; readonly colour: boolean };

/** What is known about the stream that the lines go to. */
export interface ConsoleFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  /** Device and inode number of the stream, as fstat tells them. */
  readonly dev: number | bigint;
  readonly ino: number | bigint;
}

/** How lines on the console are to look. */
export function consoleStyle({ env, isTTY, dev, ino }: ConsoleFacts): ConsoleStyle {
  // A terminal started from a desktop session inherits JOURNAL_STREAM without being the journal: systemd.exec(5)
  // asks to compare its device and inode number with those of the stream.
  if (env.JOURNAL_STREAM === `${dev}:${ino}`) return { kind: "journal" };
  // no-color.org: any value but the empty one switches colour off.
  return { kind: "human", colour: isTTY && !env.NO_COLOR && env.TERM !== "dumb" };
}
