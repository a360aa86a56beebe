import picomatch from "picomatch";

/** Whether a file, named relative to its watched folder with "/" between names, is one that the patterns ask for. */
export function frameFilter(include: readonly string[], exclude: readonly string[]): (relativePath: string) => boolean {
  // nocase: cameras and Windows programs write .TIF as well as .tif.
  const included = picomatch([...include], { nocase: true });
  const excluded = exclude.length > 0 ? picomatch([...exclude], { nocase: true, dot: true }) : () => false;
  return (relativePath) => included(relativePath) && !excluded(relativePath);
}

/** A pattern that matches this very path, whatever characters are in it ("run (1)" has some that mean something). */
export function literalPattern(path: string): string {
  // Within brackets a character stands for itself, except brackets and "^"; there "?", any one character, is near enough.
  return path.replaceAll(/[*?{}()!+@|$^[\]]/g, (c) => ("[]^".includes(c) ? "?" : `[${c}]`));
}
