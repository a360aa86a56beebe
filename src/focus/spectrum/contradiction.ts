/** From when on an opinion counts as sure: P(defocused) at or above this, or at or below 1 minus this. */
export interface SureFrom {
  readonly tiles: number;
  readonly spectrum: number;
}

/**
 * Whether tiles and spectrum are both sure, and of opposite things. Cells that the classifier never saw make its tiles sure and wrong, where
 * the spectrum, which knows of no cells, is not moved.
 * @param pTiles, pSpectrum P(defocused), 0 to 1
 */
export function contradict(pTiles: number, pSpectrum: number, sureFrom: SureFrom): boolean {
  const isFor = (p: number, sure: number) => p >= sure;
  const isAgainst = (p: number, sure: number) => 1 - p >= sure;
  const { tiles, spectrum } = sureFrom;
  return (
    (isFor(pTiles, tiles) && isAgainst(pSpectrum, spectrum)) || (isAgainst(pTiles, tiles) && isFor(pSpectrum, spectrum))
  );
}
