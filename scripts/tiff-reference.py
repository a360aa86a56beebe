"""What tifffile makes of every page of TIFF files, as hashes: the second decoder for scripts/compare-tiff.mjs.

Usage: tiff-reference.py FILE...; needs tifffile and imagecodecs. Writes one JSON line per file:
{"file", "error"?, "pages": [{"error"?, "type", "values", "colours", "palette", "features"}]}. Hashes are SHA-256 of little-endian,
interleaved values; `colours` leaves out samples beyond the colours, `palette` has the colour map applied.
"""

import hashlib
import json
import logging
import sys

import numpy as np
import tifffile

logging.disable(logging.CRITICAL)

PHOTOMETRIC = {0: "min-is-white", 1: "mono", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr"}
COMPRESSION = {1: "none", 2: "fax", 3: "fax", 4: "fax", 5: "LZW", 7: "JPEG", 8: "Deflate", 32946: "Deflate", 32773: "PackBits"}
FORMAT = {1: "unsigned", 2: "signed", 3: "float"}


def sha(values):
    values = np.ascontiguousarray(values)
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()


def first(value):
    return value[0] if isinstance(value, tuple) else value


def features(page, file):
    """Names of what is special about a page; each is a row of the table."""
    bits = first(page.tags[258].value) if 258 in page.tags else 1
    kind = FORMAT.get(first(page.sampleformat), "other")
    names = [f"{bits}-bit {kind}", PHOTOMETRIC.get(int(page.photometric), f"photometric {int(page.photometric)}")]
    names.append("compression " + COMPRESSION.get(int(page.compression), str(int(page.compression))))
    if page.predictor != 1:
        names.append("predictor floating point" if page.predictor == 3 else "predictor horizontal")
    if page.samplesperpixel > 1:
        names.append("planar" if page.planarconfig == 2 else "interleaved")
    if page.extrasamples:
        names.append("extra sample")
    names.append("tiles" if page.is_tiled else "strips")
    names.append("big-endian" if file.byteorder == ">" else "little-endian")
    if file.is_bigtiff:
        names.append("BigTIFF")
    if len(file.pages) > 1:
        names.append("several pages")
    if page.fillorder == 2:
        names.append("fill order 2")
    return names


def describe(page, file):
    row = {"features": features(page, file)}
    try:
        values = page.asarray(maxworkers=1)
    except Exception as error:  # whatever it says, it has no values to compare
        return {**row, "error": f"{type(error).__name__}: {error}"[:200]}
    if page.samplesperpixel > 1 and page.planarconfig == 2:
        values = np.moveaxis(values, 0, -1)
    if values.dtype == bool:
        values = values.astype("uint8")
    if values.dtype == np.float16:
        values = values.astype("float32")
    row |= {"type": values.dtype.name, "values": sha(values)}
    colours = page.samplesperpixel - len(page.extrasamples)
    if page.samplesperpixel > 1 and page.extrasamples:
        row["colours"] = sha(values[..., 0] if colours == 1 else values[..., :colours])
    if int(page.photometric) == 3 and page.colormap is not None:
        table = page.colormap
        if (table % 257 == 0).all() or (table % 256 == 0).all():
            table = (table >> 8).astype("uint8")
        row["palette"] = sha(np.moveaxis(table[:, values], 0, -1))
    return row


for name in sys.argv[1:]:
    line = {"file": name, "pages": []}
    try:
        with tifffile.TiffFile(name) as file:
            for page in file.pages:
                line["pages"].append(describe(page if isinstance(page, tifffile.TiffPage) else page.aspage(), file))
    except Exception as error:
        line["error"] = f"{type(error).__name__}: {error}"[:200]
    print(json.dumps(line))
