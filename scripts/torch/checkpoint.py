"""refocusd's checkpoint.bin: a line of JSON that says what follows, then little-endian float32 numbers.

See src/train/loop/checkpoint.ts. A tensor is (name, shape, values) in the order of the tfjs model.
"""

import json
import os

import numpy as np

GROUPS = ("weights", "average", "optimiser")


def read(path):
    """Returns the header, and the groups of tensors: weights, and those that count (the average, or the best)."""
    with open(path, "rb") as file:
        content = file.read()
    end = content.index(b"\n")
    header = json.loads(content[:end])
    at = end + 1
    groups = {}
    for group in GROUPS:
        groups[group] = []
        for tensor in header[group]:
            count = int(np.prod(tensor["shape"])) if tensor["shape"] else 1
            values = np.frombuffer(content, "<f4", count, at).reshape(tensor["shape"]).copy()
            groups[group].append((tensor["name"], tensor["shape"], values))
            at += 4 * count
    return header, groups


def write(path, header, weights, average, changes):
    """Replaces the file as a whole. tfjs' optimiser state is dropped."""
    names = [{"name": name, "shape": shape} for name, shape, _ in average]
    header = {**header, **changes, "weights": names, "average": names, "optimiser": []}
    with open(path + ".tmp", "wb") as file:
        file.write((json.dumps(header) + "\n").encode())
        for tensors in (weights, average):
            for _, _, values in tensors:
                file.write(values.astype("<f4").tobytes())
    os.replace(path + ".tmp", path)
