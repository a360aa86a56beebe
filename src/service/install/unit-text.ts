import { RefocusdError } from "../../errors/refocusd-error.js";

/** Where the program that the unit starts lies. */
export interface Program {
  /** The executable of Node. */
  readonly node: string;
  /** The folder of refocusd, in which dist/ lies. */
  readonly app: string;
}

const NODE = "/usr/bin/node";
const APP = "/opt/refocusd";

/**
 * The unit as it comes with refocusd, with the paths of this installation.
 * @throws RF_USAGE for a path that a unit cannot name.
 */
export function unitText(template: string, { node, app }: Program): string {
  // systemd starts no program with these in its name, however it is quoted.
  if (/["'\\]/.test(node)) throw new RefocusdError("RF_USAGE", `systemd cannot start ${JSON.stringify(node)}`);
  const lines = template.split("\n").map((line) => {
    if (line.startsWith("ExecStart=")) {
      const words = line.slice("ExecStart=".length).split(" ");
      const own = words.map((word) => word.replace(NODE, () => node).replace(APP, () => app));
      return `ExecStart=${own.map(unitPath).join(" ")}`;
    }
    // A URI: blanks and the like are written as %20, and "%" begins something else in a unit.
    if (line.startsWith("Documentation=")) {
      const uri = encodeURI(app).replaceAll("?", "%3F").replaceAll("#", "%23");
      return line.replace(APP, () => uri.replaceAll("%", "%%"));
    }
    return line;
  });
  return lines.join("\n");
}

/** The folders of a configuration, as the unit has to know them. */
export interface UnitFolders {
  readonly watched: readonly string[];
  /** What has to be writable beyond the state and log folder of the unit. */
  readonly writable: readonly string[];
  /** Whether mounts of watched folders are waited for. */
  readonly mounts: boolean;
}

/** A drop-in with the folders of the configuration. */
export function foldersDropIn({ watched, writable, mounts }: UnitFolders): string {
  const waiting = [
    "[Unit]",
    "# The watched folders are mounted first, so that they are read-only within the service's view of the file system. If one",
    '# cannot be mounted the service does not start; "refocusd service install --no-mounts" leaves these lines out.',
    ...watched.map((path) => `RequiresMountsFor=${unitPath(path)}`),
    "",
  ];
  const writing = [
    "[Service]",
    '# Output folders, and others that refocusd writes. "-": one that is missing does not keep the service from starting.',
    ...writable.map((path) => `ReadWritePaths=${quoted(`-${checked(path)}`)}`),
    "",
  ];
  return [
    '# The folders of /etc/refocusd/refocusd.yaml, written by "refocusd service install". Run it again after changing them.',
    "",
    ...(mounts ? waiting : []),
    ...(writable.length > 0 ? writing : []),
  ].join("\n");
}

/**
 * A path as a word of a unit (systemd.syntax(7)).
 * @throws RF_USAGE for one that a unit cannot name: "$" is a variable there, and control characters end the line.
 */
export function unitPath(path: string): string {
  return quoted(checked(path));
}

function checked(path: string): string {
  if (/[$\p{Cc}]/u.test(path)) throw new RefocusdError("RF_USAGE", `a unit cannot name ${JSON.stringify(path)}`);
  return path;
}

function quoted(word: string): string {
  const literal = word.replaceAll("%", "%%");
  return /[\s"'\\;]/.test(literal) ? `"${literal.replaceAll(/["\\]/g, "\\$&")}"` : literal;
}
