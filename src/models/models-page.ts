import type { FigureTable, ModelCard } from "./card.js";

const HEAD = `# Models

Each folder holds a network (\`model.onnx\`) and its card (\`card.json\`: what it is, from which data, by which recipe, with which figures, and what it is not
good for). This page is made from the cards by \`npm run docs\`. The ledger names the model that judged or reconstructed each frame by name, version and the
SHA-256 of its weights. \`refocusd models verify\` proves weights, cards and answers; \`refocusd models import\` takes in your own.

All figures are from frames put out of focus **by computation**. None of these networks was ever trained or tested on a through-focus stack of a microscope, so
**never on real defocused frames**; and a reconstruction is not for pixel-level quantification.
`;

/** The whole of models/README.md. */
export function modelsPage(cards: readonly ModelCard[]): string {
  return HEAD + cards.map(section).join("");
}

function section(card: ModelCard): string {
  const { name, version, kind, architecture, input, output, data, recipe, seed, trained, figures, limits, trust } =
    card;
  const size =
    input.size === undefined ? `any size, multiples of ${input.multiple ?? 1} px` : `${input.size} × ${input.size} px`;
  const rows = [
    [
      "kind",
      `${kind}, architecture \`${architecture.name}\`, ${architecture.parameters.toLocaleString("en")} parameters`,
    ],
    ["weights", `SHA-256 \`${card.sha256}\``],
    ["takes", `${size}, ${input.channels} channel${input.channels === 1 ? "" : "s"}; ${input.standardisation}`],
    ["answers", output],
    [
      "data",
      data
        .map(({ source, fields, licence }) => `${source}${fields > 0 ? `, ${fields} fields` : ""} (${licence})`)
        .join("; "),
    ],
    [
      "trained",
      `${trained.date}, ${trained.minutes} min, ${trained.steps.toLocaleString("en")} steps, seed ${seed}, on ${trained.host} (${trained.cores} cores)`,
    ],
  ];
  return [
    `\n## ${name} ${version}\n`,
    "| | |\n|---|---|",
    ...rows.map(([label, value]) => `| ${label} | ${value!.replaceAll("|", "\\|")} |`),
    `\n${recipe}\n`,
    ...figures.map(tableText),
    "Limits:\n",
    ...limits.map((limit) => `- ${limit}`),
    ...(trust ? [`\nTrust ([docs/trust.md](../docs/trust.md)): ${trust.fitted}.`] : []),
    "",
  ].join("\n");
}

function tableText({ title, columns, rows }: FigureTable): string {
  const line = (cells: readonly (string | number | null)[]) =>
    `| ${cells.map((cell) => String(cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`;
  return [`**${title}**\n`, line(columns), `|${"---|".repeat(columns.length)}`, ...rows.map(line), ""].join("\n");
}
