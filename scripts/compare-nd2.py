#!/usr/bin/env python3
"""Reads ND2 files a second time, without any of refocusd's code, and compares every pixel, time, position and pixel size.

    npm run build && scripts/compare-nd2.py <folder or files>

Takes Python 3 and numpy. It walks the file from chunk to chunk (no chunk map; of a name that was written twice the last counts) and finds
numbers in the metadata by searching for their names as bytes. Prints a table in Markdown; exit code 1 when anything differs.
"""
import hashlib, json, pathlib, re, struct, subprocess, sys, zlib
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DUMP = """
import { createHash } from "node:crypto";
import { systemFileSystem } from "%s/dist/system/file-system.js";
import { decodeNd2Page, openNd2 } from "%s/dist/frames/nd2/decode-page.js";
const file = await systemFileSystem.open(process.argv[1]);
const open = await openNd2(file);
for (let page = 0; page < open.nd2.pages; page++) {
  const { frame, facts } = await decodeNd2Page(open, page, { maxPixels: 1e9 });
  const { buffer, byteOffset, byteLength } = frame.data;
  const sha256 = createHash("sha256").update(Buffer.from(buffer, byteOffset, byteLength)).digest("hex");
  console.log(JSON.stringify({ ...facts, sha256, channelsOfFrame: open.nd2.channels.length }));
}
"""


def chunks(data):
    at, found = 0, {}
    while at + 16 <= len(data):
        magic, name_length, length = struct.unpack_from("<IIQ", data, at)
        if magic != 0x0ABECEDA:
            at = (at // 4096 + 1) * 4096
            continue
        name = data[at + 16 : at + 16 + name_length].split(b"!")[0].decode("latin1")
        found[name] = data[at + 16 + name_length : at + 16 + name_length + length]
        at += 16 + name_length + length
    return found


def numbers(block, name, kind):
    """Values of that name in a lite variant: type, length of the name, the name in UTF-16 with NUL, the value."""
    types = {"I": b"[\x02\x03]", "d": b"\x06"}[kind]
    mark = types + re.escape(bytes([len(name) + 1]) + (name + "\0").encode("utf-16-le"))
    return [struct.unpack_from("<" + kind, block, m.end())[0] for m in re.finditer(mark, block, re.DOTALL)]


def own_reading(path):
    """[(pixels height × width (× 3), facts)] for each frame and channel."""
    found = chunks(path.read_bytes())
    attributes, picture = found["ImageAttributesLV"], found["ImageMetadataSeqLV|0"]
    width, height, comps, bits, row, packing = (
        numbers(attributes, n, "I")[0]
        for n in ["uiWidth", "uiHeight", "uiComp", "uiBpcInMemory", "uiWidthBytes", "eCompression"]
    )
    lists = {k: np.frombuffer(found[n], "<f8") for k, n in
             [("t", "CustomData|AcqTimesCache"), ("x", "CustomData|X"), ("y", "CustomData|Y"), ("z", "CustomData|Z")] if n in found}
    flag = bytes([1, 12]) + "bCalibrated\0".encode("utf-16-le")
    calibrated = flag in picture and picture[picture.index(flag) + len(flag)] != 0
    size = numbers(picture, "dCalibration", "d")[0] if calibrated else None
    made = []
    for n in sorted(int(k[13:]) for k in found if k.startswith("ImageDataSeq|")):
        body = found[f"ImageDataSeq|{n}"][8:]
        raw = np.frombuffer(zlib.decompress(body) if packing == 0 else body, f"<u{bits // 8}")
        frame = raw[: height * row * 8 // bits].reshape(height, -1)[:, : width * comps].reshape(height, width, comps)
        own = [numbers(picture, k, "d")[0] for k in ("dXPos", "dYPos", "dZPos")] if n == 0 else None
        stage = [lists[k][n] for k in "xyz"] if all(k in lists for k in "xyz") else None
        if own is not None and (stage is None or not any(stage)):
            stage = own
        time = lists["t"][n] if "t" in lists else struct.unpack_from("<d", found[f"ImageDataSeq|{n}"])[0]
        for c in range(comps):
            made.append((frame[:, :, c], {"time": float(time), "stage": stage, "size": size}))
    return made


def close(a, b):
    return (a is None and b is None) or (a is not None and b is not None and np.allclose(a, b, rtol=1e-12, atol=1e-9))


def main():
    paths = [p for arg in sys.argv[1:] for p in (sorted(pathlib.Path(arg).glob("*.nd2")) if pathlib.Path(arg).is_dir() else [pathlib.Path(arg)])]
    root = HERE.parent
    print("| file | frames × channels | shape | bits | pixels identical | time | stage | pixel size |")
    print("|---|---|---|---|---|---|---|---|")
    wrong = 0
    for path in paths:
        out = subprocess.run(["node", "--input-type=module", "-e", DUMP % (root, root), str(path)], check=True, capture_output=True, text=True)
        ours = [json.loads(line) for line in out.stdout.splitlines()]
        theirs = own_reading(path)
        assert len(ours) == len(theirs), f"{path}: {len(ours)} pages, the second reader has {len(theirs)}"
        same = dict.fromkeys(["pixels", "time", "stage", "size"], 0)
        for a, (plane, b) in zip(ours, theirs):
            same["pixels"] += a["sha256"] == hashlib.sha256(np.ascontiguousarray(plane).tobytes()).hexdigest()
            same["time"] += close(a.get("acquiredMs"), b["time"])
            stage = a.get("stageUm")
            same["stage"] += close(stage and [stage[k] for k in "xyz"], b["stage"])
            same["size"] += close(a.get("pixelSizeUm"), b["size"])
        n, channels = len(ours), ours[0]["channelsOfFrame"]
        wrong += sum(n - count for count in same.values())
        told = " | ".join(f"{count} of {n}" for count in same.values())
        print(f"| {path.name} | {n // channels} × {channels} | {ours[0]['height']} × {ours[0]['width']} | {ours[0]['bitDepth']} | {told} |")
    sys.exit(1 if wrong else 0)


main()
