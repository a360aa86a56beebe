/** One thing that installing or removing does. Paths are those of the finished system, whatever root it is built in. */
export type Step =
  | {
      readonly kind: "folder";
      readonly path: string;
      readonly mode: number;
    }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly content: string;
      readonly mode: number;
      /** An existing file stays as it is: it belongs to whoever edited it. */
      readonly keep?: true;
    }
  | {
      readonly kind: "remove";
      readonly path: string;
      /** `empty`: a folder, if nothing is in it; `tree`: with everything below it. */
      readonly what: "file" | "empty" | "tree";
    }
  | {
      /** Changes the running system; left out in another root, where the same happens when that system starts. */
      readonly kind: "run";
      readonly command: string;
      readonly arguments: readonly string[];
      readonly why: string;
    };

/** What is done, in this order, and what people are told afterwards. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly next: readonly string[];
}
