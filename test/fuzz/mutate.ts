import type { Random } from "../../src/train/random.js";

/** Numbers at which sizes, counts and offsets go wrong. */
const TELLING = [
  0, 1, 2, 7, 8, 16, 255, 256, 4096, 32_767, 32_768, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];

/** A copy of a file with one to four faults; never the file itself. */
export function mutated(file: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(file);
  const faults = random.integer(1, 4);
  for (let i = 0; i < faults && bytes.length > 0; i++) bytes = random.pick(FAULTS)(bytes, random);
  return bytes;
}

type Fault = (bytes: Buffer, random: Random) => Buffer;

const flipBit: Fault = (bytes, random) => {
  const at = random.integer(0, bytes.length - 1);
  bytes[at] = bytes[at]! ^ (1 << random.integer(0, 7));
  return bytes;
};

const setByte: Fault = (bytes, random) => {
  bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  return bytes;
};

const setWord: Fault = (bytes, random) => {
  writeUint(
    bytes,
    random.integer(0, bytes.length - 1),
    random.pick([2, 4]),
    tellingNumber(bytes, random),
    random.chance(0.5),
  );
  return bytes;
};

const cut: Fault = (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length - 1));

const blank: Fault = (bytes, random) => {
  const at = random.integer(0, bytes.length - 1);
  return bytes.fill(random.pick([0, 0xff]), at, Math.min(bytes.length, at + random.integer(1, 512)));
};

const moveBlock: Fault = (bytes, random) => {
  const from = random.integer(0, bytes.length - 1);
  bytes.copyWithin(random.integer(0, bytes.length - 1), from, from + random.integer(1, 512));
  return bytes;
};

const append: Fault = (bytes, random) =>
  Buffer.concat([bytes, Buffer.alloc(random.integer(1, 4096), random.integer(0, 255))]);

/** Changes one field of one tag: what it is, its type, its count, its value or place; or where the next directory is. */
const changeTag: Fault = (bytes, random) => {
  const directory = findDirectory(bytes);
  if (!directory) return setWord(bytes, random);
  const { offset, littleEndian: le, count, big } = directory;
  const [countSize, entrySize, word] = big ? [8, 20, 8] : [2, 12, 4];
  const entry = offset + countSize + random.integer(0, count - 1) * entrySize;
  const telling = tellingNumber(bytes, random);
  switch (random.integer(0, 5)) {
    case 0:
      writeUint(
        bytes,
        entry,
        2,
        random.pick([254, 256, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 338, 339, 347]),
        le,
      );
      break;
    case 1:
      writeUint(bytes, entry + 2, 2, random.integer(0, 19), le);
      break;
    case 2:
      writeUint(bytes, entry + 4, word, telling, le);
      break;
    case 3:
    case 4:
      writeUint(bytes, entry + 4 + word, random.pick([2, 4]), random.chance(0.5) ? random.integer(0, 40) : telling, le);
      break;
    default:
      writeUint(bytes, offset + countSize + count * entrySize, word, random.pick([offset, 8, telling]), le);
  }
  return bytes;
};

// Half of all faults hit a directory: that is where a file of 8 MB says what it takes to read it.
const FAULTS: readonly Fault[] = [
  ...[flipBit, setByte, setWord, cut, blank, moveBlock, append],
  ...Array<Fault>(7).fill(changeTag),
];

function tellingNumber(bytes: Buffer, random: Random): number {
  return random.pick([...TELLING, bytes.length, bytes.length - 1, random.integer(0, bytes.length)]);
}

function findDirectory(bytes: Buffer) {
  if (bytes.length < 16) return undefined;
  const littleEndian = bytes[0] === 0x49;
  const read = (at: number, size: number) =>
    at + size <= bytes.length ? (littleEndian ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size)) : 0;
  const big = read(2, 2) === 43;
  if (!big && read(2, 2) !== 42) return undefined;
  const offset = big ? read(littleEndian ? 8 : 10, 6) : read(4, 4);
  const count = big ? read(littleEndian ? offset : offset + 2, 6) : read(offset, 2);
  return count > 0 && count < 200 ? { offset, littleEndian, count, big } : undefined;
}

/** As much of the number as still lies inside the file. */
function writeUint(bytes: Buffer, at: number, size: number, value: number, littleEndian: boolean): void {
  for (let i = 0; i < size; i++) {
    const place = at + (littleEndian ? i : size - 1 - i);
    if (place < bytes.length) bytes[place] = Math.floor(value / 256 ** i) % 256;
  }
}
