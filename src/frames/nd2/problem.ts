/** Why an ND2 cannot be read on: more may come, it contradicts itself, or refocusd does not read its kind. */
export type Nd2Problem =
  | { readonly kind: "incomplete"; readonly why: string }
  | { readonly kind: "damaged"; readonly why: string }
  | { readonly kind: "unsupported"; readonly what: string };

/** Carries an `Nd2Problem` out of nested reading; never leaves this folder. */
export class Nd2Stop extends Error {
  readonly problem: Nd2Problem;
  constructor(problem: Nd2Problem) {
    super(problem.kind === "unsupported" ? problem.what : problem.why);
    this.problem = problem;
  }
}

export const incomplete = (why: string) => new Nd2Stop({ kind: "incomplete", why });
export const damaged = (why: string) => new Nd2Stop({ kind: "damaged", why });
export const unsupported = (what: string) => new Nd2Stop({ kind: "unsupported", what });
