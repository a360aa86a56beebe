/** ln(p / (1 − p)); infinite at 0 and 1. */
export const logOdds = (p: number): number => Math.log(p / (1 - p));

/** The probability that has these log odds. */
export const probabilityOf = (logit: number): number => 1 / (1 + Math.exp(-logit));
