import { tilesMean } from "../../focus/verdict.js";
import { headText } from "../../ledger/chain/link.js";
import type { FrameStory } from "../../ledger/story.js";

type Row = readonly [label: string, value: string];

/** What a verdict rests on, in words: why the tiles made it, by what the pixels were standardised, and under which settings. */
export function basisRows(story: FrameStory): Row[] {
  const rows: Row[] = [];
  const why = tilesText(story);
  if (why !== undefined) rows.push(["why", why]);
  const opinions = opinionsText(story);
  if (opinions !== undefined) rows.push(["opinions", opinions]);
  const { normalisation, settings } = story;
  if (normalisation) {
    const { offset, scale, channels } = normalisation;
    const each = channels.map(({ mean, sd }) => `mean ${figure(mean)}, s.d. ${figure(sd)}`).join("; ");
    const counts =
      offset === 0 && scale === 1
        ? ""
        : `; a count is (stored value ${offset < 0 ? "+" : "-"} ${Math.abs(offset)}) × ${figure(scale)}`;
    rows.push(["standardised", `by ${each} counts${counts}`]);
  }
  if (settings) {
    const { reconstruct, maxPixels, threads, configSha256 } = settings;
    const configuration = configSha256 === null ? "" : `, configuration ${configSha256.slice(0, 12)}`;
    rows.push([
      "settings",
      `reconstruct ${reconstruct}, up to ${maxPixels / 1e6} megapixels, threads ${threads ?? "auto"}${configuration}`,
    ]);
  }
  return rows;
}

/** How the chain stands to a frame. */
export function chainRows({ links, isBeforeChain }: FrameStory): Row[] {
  if (links.length === 0)
    return isBeforeChain ? [["chain", "none: it had come to its end before the ledger had a chain"]] : [];
  return links.map((link, i) => [i === 0 ? "chain" : "", `link ${headText(link)} (${link.kind})`]);
}

/** Where two were asked: what each says. */
function opinionsText({ pSpectrum, tiles, focusMap }: FrameStory): string | undefined {
  if (pSpectrum === null) return undefined;
  const spectrum = `spectrum: P ${pSpectrum.toFixed(2)}`;
  // These leave the ledger with the frame's story.
  if (!tiles || !focusMap) return spectrum;
  const all = focusMap.flat();
  const judged = tiles.map((structure, k) => ({ structure, pDefocused: all[k] ?? 0 }));
  const mean = tilesMean(judged.filter(({ structure }) => !structure.isBlank));
  return mean === null ? spectrum : `${spectrum}, tiles: P ${mean.toFixed(2)}`;
}

function tilesText({ tiles, focusMap, pDefocused }: FrameStory): string | undefined {
  if (!tiles || !focusMap) return undefined;
  const columns = focusMap[0]?.length ?? 1;
  const blank = tiles.filter(({ isBlank }) => isBlank).length;
  const empty = blank === 0 ? "" : `, ${blank} of which show nothing and do not count`;
  const heaviest = tiles
    .map((tile, i) => ({ ...tile, row: Math.floor(i / columns), column: i % columns }))
    .filter(({ isBlank }) => !isBlank)
    .sort((a, b) => b.contrast - a.contrast)[0];
  if (heaviest === undefined || pDefocused === null) return `none of its ${tiles.length} tiles shows anything`;
  const { row, column, contrast, signalToNoise } = heaviest;
  const p = focusMap[row]?.[column];
  const most = `row ${row + 1}, column ${column + 1} (${(contrast * 100).toPrecision(2)} % contrast, ${figure(signalToNoise)} × noise)`;
  return `mean of ${tiles.length} tiles by the root of their contrast${empty}; most by ${most}: ${p?.toFixed(2)}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(6)));
}
