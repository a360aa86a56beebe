import { createContext, Script } from "node:vm";

const context = createContext({ expression: /(?:)/, text: "" });
const script = new Script("expression.exec(text)");

/**
 * `expression.exec(text)` that ends: an expression of the user's can take for ever on one text in a million (back-tracking grows
 * exponentially with `(a+)+`), and JavaScript has no other way to stop it. Costs half a millisecond.
 *
 * @returns "too-slow" when it has not come to an end after `limitMs`
 */
export function guardedMatch(expression: RegExp, text: string, limitMs: number): RegExpExecArray | null | "too-slow" {
  Object.assign(context, { expression, text });
  try {
    return script.runInContext(context, { timeout: limitMs }) as RegExpExecArray | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return "too-slow";
    throw error;
  }
}
