#!/usr/bin/env python3
"""Whether the networks here compute what tfjs does: on the same weights and image, and with weights that went to and fro.

    node scripts/torch/write-reference.mjs reference && scripts/torch/compare.py reference
"""

import json
import os
import sys

import numpy as np
import torch

import checkpoint
import networks

LARGEST = 1e-3
worst = 0.0
folder = sys.argv[1]
for name, make in networks.ARCHITECTURES.items():
    place = os.path.join(folder, name)
    _, groups = checkpoint.read(os.path.join(place, "checkpoint.bin"))
    network = make().eval()
    networks.load(network, groups["average"])
    for (tensor, _, there), (_, _, back) in zip(groups["average"], networks.dump(network, groups["average"])):
        if not np.array_equal(there, back):
            sys.exit(f"{name}: {tensor} did not come back as it was")
    with open(os.path.join(place, "input.json")) as file:
        shape = json.load(file)
    image = np.fromfile(os.path.join(place, "input.f32"), "<f4").reshape(shape).transpose(0, 3, 1, 2)
    expected = np.fromfile(os.path.join(place, "output.f32"), "<f4")
    with torch.no_grad():
        output = network(torch.from_numpy(image.copy()))
    if output.dim() == 2:
        output = output.softmax(1)
    difference = float(np.abs(output.numpy().ravel() - expected).max())
    worst = max(worst, difference)
    print(f"{name}: largest difference {difference:.1e}, of values with s.d. {expected.std():.2f}")
sys.exit(0 if worst < LARGEST else f"more than {LARGEST} apart")
