import { CATALOGUE } from "./catalogue.js";

const HEAD = `# Error codes

Every failure that refocusd reports has one of these codes: in its log, in the ledger, in \`refocusd explain\` and in
\`--json\` output. Codes do not change their meaning. This page is made from src/errors/catalogue.ts by
scripts/write-error-docs.mjs.

**Tried again** says whether refocusd tries again by itself, because the reason may pass. Whatever is not tried again
stays visible in its state until something changes: the file, the configuration, or the reason.
`;

/** The whole of docs/errors.md. */
export function errorsPage(): string {
  const sections = Object.entries(CATALOGUE).map(([code, { what, todo, retryable }]) => {
    const told = `${what.charAt(0).toUpperCase()}${what.slice(1)}.`;
    return `\n## ${code}\n\n${told}\n\n- **What to do:** ${todo}\n- **Tried again:** ${retryable ? "yes" : "no"}\n`;
  });
  return HEAD + sections.join("");
}
