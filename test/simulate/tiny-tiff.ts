/** An 8-bit mono TIFF as libtiff lays it out: header, one strip, IFD. Each pixel is 1 to 251, never 0. */
export function tiffWithIfdLast(width: number, height: number): Uint8Array {
  const pixels = width * height;
  const ifdAt = 8 + pixels + (pixels % 2);
  const tags: [tag: number, value: number][] = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, height],
    [279, pixels],
  ];
  const bytes = new Uint8Array(ifdAt + 2 + tags.length * 12 + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, ifdAt, true);
  for (let i = 0; i < pixels; i++) bytes[8 + i] = 1 + (i % 251);
  view.setUint16(ifdAt, tags.length, true);
  for (const [i, [tag, value]] of tags.entries()) {
    const at = ifdAt + 2 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, 4, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  }
  return bytes;
}
