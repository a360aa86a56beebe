import { deflateSync } from "node:zlib";

/** What the tests put into an ND2: a tree of named values, binary ("lite variant") or XML. Numbers are written as f64 unless wrapped. */
export type Value = boolean | number | string | Buffer | { u32: number } | { i64: bigint } | Tree;
export type Tree = readonly (readonly [name: string, value: Value])[];

export const u32 = (value: number): Value => ({ u32: value });

/** An item of a lite variant. */
export function lite(name: string, value: Value): Buffer {
  const text = Buffer.from(`${name}\0`, "utf16le");
  const head = (type: number) =>
    Buffer.concat([Buffer.from([type, name === "" ? 0 : name.length + 1]), name ? text : Buffer.alloc(0)]);
  if (typeof value === "boolean") return Buffer.concat([head(1), Buffer.from([value ? 1 : 0])]);
  if (typeof value === "string") return Buffer.concat([head(8), Buffer.from(`${value}\0`, "utf16le")]);
  if (typeof value === "number") return Buffer.concat([head(6), f64(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(9), u64(value.length), value]);
  if ("u32" in value) return Buffer.concat([head(3), le32(value.u32)]);
  if ("i64" in value) return Buffer.concat([head(4), u64(value.i64)]);
  const children = value.map(([child, v]) => lite(child, v));
  const start = head(11);
  const body = Buffer.concat(children);
  const length = start.length + 12 + body.length;
  const offsets = children.map((_, i) =>
    u64(start.length + 12 + children.slice(0, i).reduce((n, c) => n + c.length, 0)),
  );
  return Buffer.concat([start, le32(children.length), u64(length), body, ...offsets]);
}

/** A lite variant that is packed with zlib as a whole. */
export function packed(item: Buffer): Buffer {
  return Buffer.concat([Buffer.from([76, 0]), Buffer.alloc(10), deflateSync(item)]);
}

/** The same tree in XML. */
export function xml(name: string, value: Value): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><variant version="1.0">${element(name, value)}</variant>`);
}

function element(name: string, value: Value): string {
  const tag = name === "" ? "no_name" : name;
  const scalar = (type: string, text: string) => `<${tag} runtype="${type}" value="${escaped(text)}"/>`;
  if (typeof value === "boolean") return scalar("bool", String(value));
  if (typeof value === "string") return scalar("CLxStringW", value);
  if (typeof value === "number") return scalar("double", String(value));
  if (Buffer.isBuffer(value)) return scalar("CLxByteArray", value.toString("latin1"));
  if ("u32" in value) return scalar("lx_uint32", String(value.u32));
  if ("i64" in value) return scalar("lx_int64", String(value.i64));
  return `<${tag} runtype="CLxListVariant">${value.map(([n, v]) => element(n, v)).join("")}</${tag}>`;
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export interface Nd2Spec {
  readonly width: number;
  readonly height: number;
  /** uiCompCount of each plane, and its name. */
  readonly planes?: readonly (readonly [components: number, name: string])[];
  readonly bits?: number;
  readonly significantBits?: number;
  /** Bytes after each row. */
  readonly padding?: number;
  readonly compression?: "none" | "lossless" | "lossy";
  /** Nested, the outermost first. */
  readonly loops?: readonly Loop[];
  /** The frames that are in the file; left out: all that the loops make. */
  readonly sequences?: readonly number[];
  /** Value of a component. */
  readonly value?: (sequence: number, y: number, x: number, component: number) => number;
  readonly timesMs?: readonly number[];
  readonly stage?: readonly (readonly [x: number, y: number, z: number])[];
  readonly version?: string;
  readonly spelling?: "lite" | "packed" | "xml";
  /** More of the attributes, or other ones. */
  readonly attributes?: Readonly<Record<string, Value>>;
}

export type Loop =
  | { readonly kind: "time"; readonly count: number }
  | { readonly kind: "phases"; readonly counts: readonly number[] }
  | { readonly kind: "z"; readonly count: number; readonly step?: number }
  | { readonly kind: "xy"; readonly valid: readonly boolean[] };

export const testValue = (sequence: number, y: number, x: number, component: number) =>
  (sequence * 1009 + y * 131 + x * 17 + component * 5003 + 7) % 65_536;

/** An ND2 of version 3 as the notes describe it and real files show it: chunks at multiples of 4096 bytes, the map last. */
export function nd2File(spec: Nd2Spec): Buffer {
  const planes = spec.planes ?? [[1, "Mono"]];
  const components = planes.reduce((n, [count]) => n + count, 0);
  const bits = spec.bits ?? 16;
  const rowBytes = (spec.width * components * bits) / 8 + (spec.padding ?? 0);
  const encode = { lite, xml, packed: (n: string, v: Value) => packed(lite(n, v)) }[spec.spelling ?? "lite"];
  const loops = spec.loops ?? [];
  const count = loops.reduce((n, loop) => n * turnsOf(loop), 1);
  const sequences = spec.sequences ?? Array.from({ length: count }, (_, i) => i);

  const attributes: Record<string, Value> = {
    ...{ uiWidth: u32(spec.width), uiWidthBytes: u32(rowBytes), uiHeight: u32(spec.height), uiComp: u32(components) },
    ...{ uiBpcInMemory: u32(bits), uiBpcSignificant: u32(spec.significantBits ?? bits), ePixelType: u32(1) },
    uiSequenceCount: u32(sequences.length),
    eCompression: u32({ lossless: 0, lossy: 1, none: 2 }[spec.compression ?? "none"]),
    ...spec.attributes,
  };
  const sample: Tree = [
    [
      "pObjectiveSetting",
      [
        ["wsObjectiveName", "Plan Fluor 10x"],
        ["dObjectiveMag", 10],
        ["dObjectiveNA", 0.3],
      ],
    ],
    ["dExposureTime", 25],
  ];
  const picture: Tree = [
    ["dXPos", 11],
    ["dYPos", 22],
    ["dZPos", 33],
    [
      "sPicturePlanes",
      [
        ["uiCount", u32(planes.length)],
        [
          "sPlaneNew",
          planes.map(([n, name], i) => [
            `a${i}`,
            [
              ["uiCompCount", u32(n)],
              ["uiSampleIndex", u32(0)],
              ["sDescription", name],
            ],
          ]),
        ],
        ["sSampleSetting", [["a0", sample]]],
      ],
    ],
    ["dCalibration", 0.65],
    ["bCalibrated", true],
    ["dObjectiveMag", -1],
  ];
  const chunks: [name: string, data: Buffer][] = [];
  const experiment = experimentOf(loops);
  if (experiment) chunks.push(["ImageMetadataLV!", encode("SLxExperiment", experiment)]);
  chunks.push(["ImageMetadataSeqLV|0!", encode("SLxPictureMetadata", picture)]);
  for (const sequence of sequences) {
    const pixels = Buffer.alloc(rowBytes * spec.height, 0xee);
    for (let y = 0; y < spec.height; y++) {
      for (let x = 0; x < spec.width; x++) {
        for (let c = 0; c < components; c++) {
          const value = (spec.value ?? testValue)(sequence, y, x, c);
          const at = y * rowBytes + ((x * components + c) * bits) / 8;
          if (bits === 8) pixels[at] = value & 255;
          else pixels.writeUInt16LE(value & 65_535, at);
        }
      }
    }
    const body = spec.compression === "lossless" ? deflateSync(pixels) : pixels;
    chunks.push([`ImageDataSeq|${sequence}!`, Buffer.concat([f64(spec.timesMs?.[sequence] ?? sequence * 100), body])]);
  }
  const list = (name: string, values: readonly number[]) => chunks.push([name, Buffer.concat(values.map(f64))]);
  if (spec.timesMs) list("CustomData|AcqTimesCache!", spec.timesMs);
  if (spec.stage)
    for (const [i, axis] of ["X", "Y", "Z"].entries())
      list(
        `CustomData|${axis}!`,
        spec.stage.map((at) => at[i]!),
      );
  chunks.push(["ImageAttributesLV!", encode("SLxImageAttributes", Object.entries(attributes))]);
  return container(chunks, spec.version);
}

/** The chunks with their map. */
export function container(chunks: readonly (readonly [name: string, data: Buffer])[], version = "Ver3.0"): Buffer {
  const parts: Buffer[] = [];
  const map: Buffer[] = [];
  let at = 0;
  const add = (name: string, data: Buffer) => {
    const used = 16 + name.length + data.length;
    const nameField = name.length + ((4096 - (used % 4096)) % 4096);
    const head = Buffer.alloc(16 + nameField);
    head.writeUInt32LE(0x0abeceda, 0);
    head.writeUInt32LE(nameField, 4);
    head.writeBigUInt64LE(BigInt(data.length), 8);
    head.write(name, 16, "latin1");
    map.push(Buffer.concat([Buffer.from(name, "latin1"), u64(at), u64(data.length)]));
    parts.push(head, data);
    at += head.length + data.length;
  };
  const signature = Buffer.alloc(16 + 32 + 64);
  signature.writeUInt32LE(0x0abeceda, 0);
  signature.writeUInt32LE(32, 4);
  signature.writeBigUInt64LE(64n, 8);
  signature.write("ND2 FILE SIGNATURE CHUNK NAME01!", 16, "latin1");
  signature.write(version, 48, "latin1");
  parts.push(signature, Buffer.alloc(4096 - signature.length));
  at = 4096;
  for (const [name, data] of chunks) add(name, data);
  const mapAt = at;
  const end = Buffer.concat([Buffer.from("ND2 CHUNK MAP SIGNATURE 0000001!", "latin1"), u64(mapAt)]);
  add("ND2 FILEMAP SIGNATURE NAME 0001!", Buffer.concat([...map, end]));
  return Buffer.concat(parts);
}

export function turnsOf(loop: Loop): number {
  switch (loop.kind) {
    case "time":
    case "z":
      return loop.count;
    case "phases":
      return loop.counts.reduce((a, b) => a + b, 0);
    case "xy":
      return loop.valid.filter(Boolean).length;
  }
}

function experimentOf([loop, ...inner]: readonly Loop[]): Tree | undefined {
  if (loop === undefined) return undefined;
  const next = experimentOf(inner);
  return [...ownPart(loop), ...(next ? ([["ppNextLevelEx", [["", next]]]] as const) : [])];
}

function ownPart(loop: Loop): Tree {
  switch (loop.kind) {
    case "time":
      return [
        ["eType", u32(1)],
        ["uLoopPars", [["uiCount", u32(loop.count)]]],
      ];
    case "z":
      return [
        ["eType", u32(4)],
        [
          "uLoopPars",
          [
            ["uiCount", u32(loop.count)],
            ["dZStep", loop.step ?? 1],
          ],
        ],
      ];
    case "phases":
      return [
        ["eType", u32(8)],
        ["uLoopPars", [["pPeriod", loop.counts.map((n) => ["", [["uiCount", u32(n)]]] as const)]]],
      ];
    case "xy":
      return [
        ["eType", u32(2)],
        ["pItemValid", Buffer.from(loop.valid.map(Number))],
        [
          "uLoopPars",
          [
            [
              "Points",
              loop.valid.map(
                (_, i) =>
                  [
                    "",
                    [
                      ["dPosX", i],
                      ["dPosY", -i],
                    ],
                  ] as const,
              ),
            ],
          ],
        ],
      ];
  }
}

const le32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number | bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
};
const f64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
