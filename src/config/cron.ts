import { validate } from "node-cron";

/** What is wrong with a schedule; undefined if nothing is. Without node-cron's sixth field, seconds, and its words such as @daily. */
export function cronProblem(expression: string): string | undefined {
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5) return `five fields are needed, as in "0 3 * * 0" (Sundays at three); this has ${fields}`;
  return validate(expression) ? undefined : `${JSON.stringify(expression)} is not a time: see cron, as in "0 3 * * 0"`;
}
