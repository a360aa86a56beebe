import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { encodeTiff } from "../../src/frames/tiff-writer.js";
import { type Nd2Spec, nd2File } from "../support/nd2-writer.js";
import { buildTiff, patternFrame, textTag } from "../support/tiff-fixtures.js";

export interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Small enough that 10,000 copies take minutes. */
const MAX_BYTES = 50_000;

/** Real small files where the data folder is, and files of the project's own in every layout. */
export async function corpus(): Promise<Sample[]> {
  return [...realFiles(), ...syntheticTiffs(), ...nd2Files(), ...(await otherTypes())];
}

/** Each way in which an ND2 says what it is: binary, packed and XML; plain and deflated; loops, channels, colours, padded rows. */
function nd2Files(): Sample[] {
  const small = { width: 20, height: 15 };
  const specs: readonly Nd2Spec[] = [
    small,
    { ...small, compression: "lossless" },
    { ...small, spelling: "packed", padding: 6, bits: 8 },
    { ...small, spelling: "xml", significantBits: 12 },
    { ...small, planes: [[3, "RGB"]], bits: 8 },
    {
      ...{ width: 66, height: 64, compression: "lossless", timesMs: [0, 600, 1200, 1800] },
      planes: [
        [1, "DAPI"],
        [1, "GFP"],
      ],
      loops: [
        { kind: "time", count: 2 },
        { kind: "xy", valid: [true, false, true] },
      ],
      stage: [0, 1, 2, 3].map((at) => [at, at, at] as const),
    },
    { width: 140, height: 140, loops: [{ kind: "z", count: 2, step: 0.5 }] },
  ];
  return specs.map((spec) => ({ name: `ND2 ${JSON.stringify(spec)}`, bytes: nd2File(spec) }));
}

function realFiles(): Sample[] {
  // Compiled, this file lies elsewhere: the folder is found from where npm runs it.
  const folder = join(process.env.REFOCUSD_DATA ?? resolve("../shared/data"), "formats");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tiff?$/i.test(name) && statSync(join(folder, name)).size <= MAX_BYTES)
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

function syntheticTiffs(): Sample[] {
  const layouts = [
    {},
    { directory: "first" },
    { bigEndian: true },
    { big: true },
    { big: true, bigEndian: true, directory: "first" },
    { tile: 16 },
    { deflate: true },
    { tile: 32, deflate: true },
    { planar: true },
  ] as const;
  const plain = layouts.flatMap((layout) => {
    const name = `synthetic ${JSON.stringify(layout)}`;
    return [
      { name, bytes: buildTiff(patternFrame(40, 31), layout) },
      { name: `${name} RGB`, bytes: buildTiff(patternFrame(40, 31, 3, 8), layout) },
    ];
  });
  const stack = Array.from({ length: 6 }, (_, i) => patternFrame(20, 15, 1, 16, i));
  const ome = `<OME><Image><Pixels DimensionOrder="XYZCT" SizeZ="3" SizeC="1" SizeT="2" PhysicalSizeX="0.65"><TiffData/></Pixels></Image></OME>`;
  return [
    ...plain,
    {
      name: "ImageJ stack",
      bytes: buildTiff(stack, { tags: { 270: textTag("ImageJ=1.54\nimages=6\nslices=3\nframes=2\n") } }),
    },
    { name: "OME stack", bytes: buildTiff(stack, { tags: { 270: textTag(ome) } }) },
    // Large enough to be judged.
    { name: "judged", bytes: encodeTiff(patternFrame(140, 140, 1, 8), { description: "", software: "fuzz" }) },
  ];
}

async function otherTypes(): Promise<Sample[]> {
  const { data, width, height } = patternFrame(48, 40, 3, 8);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return [
    { name: "a PNG", bytes: await image.clone().png().toBuffer() },
    { name: "a JPEG", bytes: await image.clone().jpeg().toBuffer() },
  ];
}
