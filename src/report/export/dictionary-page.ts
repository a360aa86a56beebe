import { exportDictionary } from "./columns.js";

/** The columns of an export as a page of the documentation. */
export function dictionaryPage(): string {
  const rows = exportDictionary().map(
    ({ column, type, unit, meaning }) => `| \`${column}\` | ${type} | ${unit} | ${meaning.replaceAll("|", "\\|")} |`,
  );
  return `# Columns of \`refocusd export\`

Written by \`npm run docs\` from src/report/export/columns.ts and src/report/dictionary.ts. One row per frame: the newest content of each file. New
columns go to the end.

| column | type | unit | meaning |
|---|---|---|---|
${rows.join("\n")}

\`text\`, \`integer\` and \`real\` are UTF-8, 64-bit integers and doubles in Parquet. \`time\` is ISO 8601 in UTC in CSV and JSON
(\`2026-11-24T08:02:11.250Z\`), a timestamp in ms (UTC) in Parquet. What is not known is an empty field in CSV, null in JSON and Parquet.
`;
}
