import type { Random } from "../../src/train/random.js";

/** Numbers at which sizes, counts and offsets go wrong. */
const TELLING = [
  0, 1, 2, 7, 8, 16, 255, 256, 4096, 32_767, 32_768, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];

/** A copy of a file with one to four faults; never the file itself. */
export function mutated(file: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(file);
  const faults = random.integer(1, 4);
  const kinds = isNd2(bytes) ? ND2_FAULTS : FAULTS;
  for (let i = 0; i < faults && bytes.length > 0; i++) bytes = random.pick(kinds)(bytes, random);
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

/** At the head of each chunk: u32 this, u32 length of the name field, u64 length of the data, the name. */
const ND2_MAGIC = Buffer.from([0xda, 0xce, 0xbe, 0x0a]);

function isNd2(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).equals(ND2_MAGIC);
}

/** Changes one chunk: its lengths, its name, or a word or a byte of what it holds; or where the chunk map is said to begin. */
const changeChunk: Fault = (bytes, random) => {
  const heads: number[] = [];
  for (let at = bytes.indexOf(ND2_MAGIC); at >= 0; at = bytes.indexOf(ND2_MAGIC, at + 4)) heads.push(at);
  if (heads.length === 0) return setWord(bytes, random);
  const head = random.pick(heads);
  const read = (at: number) => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
  const data = Math.min(bytes.length - 1, head + 16 + read(head + 4));
  const end = Math.max(data, Math.min(bytes.length - 1, data + read(head + 8) - 1));
  const telling = tellingNumber(bytes, random);
  switch (random.integer(0, 5)) {
    case 0:
      writeUint(bytes, head + 4, 4, random.pick([telling, read(head + 4) + 1, read(head + 4) - 1]), true);
      break;
    case 1:
      writeUint(bytes, head + 8, random.pick([4, 8]), random.pick([telling, read(head + 8) + 1, 0]), true);
      break;
    case 2:
      bytes[head + 16 + random.integer(0, 20)] = random.integer(0, 255);
      break;
    case 3:
      writeUint(bytes, random.integer(data, end), random.pick([1, 2, 4, 8]), telling, true);
      break;
    case 4:
      bytes[random.integer(data, end)] = random.integer(0, 255);
      break;
    default:
      writeUint(bytes, bytes.length - 8, random.pick([4, 8]), random.pick([...heads, telling]), true);
  }
  return bytes;
};

// Most of an ND2 is room between chunks, where a fault does nothing.
const ND2_FAULTS: readonly Fault[] = [
  ...[flipBit, setByte, setWord, cut, blank, moveBlock, append],
  ...Array<Fault>(21).fill(changeChunk),
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
