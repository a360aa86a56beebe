/** A seeded source of random numbers: the same seed gives the same training set on every machine. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  between(low: number, high: number): number;
  /** Uniform in the logarithm; both bounds above 0. */
  logBetween(low: number, high: number): number;
  /** Integer in [low, high]. */
  integer(low: number, high: number): number;
  /** Standard normal deviate. */
  normal(): number;
  sign(): 1 | -1;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An independent stream, for a part that may draw more or fewer numbers without shifting the rest. */
  fork(): Random;
}

/** mulberry32: 32 bits of state are enough to scatter cells and optics; cryptography is not the point. */
export function createRandom(seed: number): Random {
  let state = hash32(seed);
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const random: Random = {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    logBetween: (low, high) => low * (high / low) ** uniform(),
    integer: (low, high) => low + Math.floor(uniform() * (high - low + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    sign: () => (uniform() < 0.5 ? 1 : -1),
    chance: (probability) => uniform() < probability,
    pick: (items) => {
      const item = items[Math.floor(uniform() * items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    fork: () => createRandom(Math.floor(uniform() * 4294967296)),
  };
  return random;
}

/** Spreads neighbouring seeds (1, 2, 3 …) far apart. */
function hash32(seed: number): number {
  let h = (seed ^ 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
