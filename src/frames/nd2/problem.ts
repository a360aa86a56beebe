import type { ReadProblem } from "../read-problem.js";

/** Carries an `ReadProblem` out of nested reading; never leaves this folder. */
export class Nd2Stop extends Error {
  readonly problem: ReadProblem;
  constructor(problem: ReadProblem) {
    super(problem.kind === "unsupported" ? problem.what : problem.why);
    this.problem = problem;
  }
}

export const incomplete = (why: string) => new Nd2Stop({ kind: "incomplete", why });
export const damaged = (why: string) => new Nd2Stop({ kind: "damaged", why });
export const unsupported = (what: string) => new Nd2Stop({ kind: "unsupported", what });
