/** What a file has to be, as the ledger wrote it down. */
export interface Expected {
  readonly what: "source" | "output";
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What is at a path now. */
export type Found =
  | { readonly kind: "nothing" }
  | { readonly kind: "unreadable"; readonly why: string }
  /** Another size: there is no need to read it. */
  | { readonly kind: "other size"; readonly size: number }
  | { readonly kind: "file"; readonly size: number; readonly sha256: string };

/** Something that is not as the ledger says. */
export type Finding =
  | { readonly kind: "missing"; readonly what: "source" | "output"; readonly path: string }
  | {
      readonly kind: "altered";
      readonly what: "source" | "output";
      readonly path: string;
      readonly expected: { readonly sha256: string; readonly size: number };
      /** `sha256` is null where the size told already. */
      readonly found: { readonly sha256: string | null; readonly size: number };
    }
  | { readonly kind: "unreadable"; readonly what: "source" | "output"; readonly path: string; readonly why: string }
  /** A file in an output folder that no row of the ledger names. */
  | { readonly kind: "orphaned"; readonly what: "output"; readonly path: string; readonly size: number }
  /** A watched or output folder that cannot be looked into: its files are not told one by one. */
  | { readonly kind: "folder away"; readonly what: "source" | "output"; readonly path: string; readonly why: string };

/** @returns undefined for a file that is what the ledger says. */
export function judgeFile({ what, path, sha256, size }: Expected, found: Found): Finding | undefined {
  switch (found.kind) {
    case "nothing":
      return { kind: "missing", what, path };
    case "unreadable":
      return { kind: "unreadable", what, path, why: found.why };
    case "other size":
      return { kind: "altered", what, path, expected: { sha256, size }, found: { sha256: null, size: found.size } };
    case "file": {
      if (found.sha256 === sha256 && found.size === size) return undefined;
      const { sha256: foundSha, size: foundSize } = found;
      return { kind: "altered", what, path, expected: { sha256, size }, found: { sha256: foundSha, size: foundSize } };
    }
  }
}

const OWN = /\.(reconstructed\.tif|extract\.tif|focus-map\.png|trust-map\.png)$/;

/** Whether a file in an output folder is one of refocusd's, finished or left half-written; other people's files are none of its business. */
export function looksLikeOutput(name: string): boolean {
  return OWN.test(name) || (name.startsWith(".") && name.endsWith(".tmp") && OWN.test(name.slice(0, -4)));
}
