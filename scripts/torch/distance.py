#!/usr/bin/env python3
"""Fits the card's section `spectrum.distance`: |z| of a frame and its error from its power spectrum (src/focus/spectrum/distance.ts).

    scripts/torch/spectrum.py features POOL/train… --between --draws 2 --out train.npz
    scripts/torch/spectrum.py features POOL/validation --between --draws 2 --seed 2 --out validation.npz
    PYTHONPATH=… scripts/torch/distance.py fit --train train.npz --validation validation.npz --out distance.json
    node scripts/torch/spectra-of-frames.mjs IMAGES frames.json         # whole frames that were not trained on
    scripts/torch/distance.py calibrate distance.json frames.json       # how wide the interval has to be; writes it into distance.json

Where the dents of the transfer function lie follows from |z| in DOF units and from how finely the pixels sample the pupil, so the network
is told the sampling, and for a part of the examples it is not. Its three numbers are the median and, by softplus, the steps down and up
to the 16 % and 84 % quantiles.
"""

import argparse
import json
import math

import numpy as np

from spectrum import BINS, EDGES, WITHOUT_LINE, log_power_of_rings, digits

QUANTILES = (0.16, 0.5, 0.84)
BANDS = (0, 0.35, 1, 1.5, 2, 3, 4, 5.2)
# The sampling is told as ln(sampling / USUAL), and 0 with a second 0 where it is not known.
USUAL = 0.35
UNKNOWN_SHARE = 0.3
# Of `widen`: by whether the sampling is told.
KEYS = ("withoutSampling", "withSampling")
# An object that takes another one's place has the same sampling within this, in ln.
NEAR = 0.1
BIN = math.log(EDGES[1] / EDGES[0])


def fit(options):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    train, validation = np.load(options.train), np.load(options.validation)
    line = torch.tensor(WITHOUT_LINE, dtype=torch.float32)
    rows, distance = torch.tensor(train["rows"]), torch.tensor(train["distance"])
    finer = torch.log(torch.tensor(train["sampling"]) / USUAL)
    focused = torch.tensor(train["focused"])
    every = torch.unique(focused)
    every = every[torch.argsort(finer[every])]
    finer_in_order = finer[every].contiguous()
    plain = rows @ line
    mean, unit = plain.mean(0), plain.std(0)
    widths = [BINS + 2, *options.widths, 3]
    network = nn.Sequential()
    for taken, given in zip(widths, widths[1:]):
        network.extend([nn.Linear(taken, given), nn.ReLU()])
    network = network[:-1]
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.1)
    # A plane is drawn as often as its weight says.
    upto = torch.cumsum(torch.tensor(weights_by_band(train["distance"])), 0)
    quantiles = torch.tensor(QUANTILES)
    batch = 128
    steps = options.passes * len(rows) // batch
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - step / steps) + 1e-6
        chosen = torch.searchsorted(upto, torch.rand(batch, dtype=upto.dtype) * upto[-1]).clamp(max=len(rows) - 1)
        some = rows[chosen]
        # Another object through the same optics: in a half, what defocus made of one spectrum is done to another in focus.
        low, high = (torch.searchsorted(finer_in_order, finer[chosen] + apart) for apart in (-NEAR, NEAR))
        partner = every[(low + torch.rand(batch) * (high - low)).long().clamp(max=len(every) - 1)]
        is_swapped = (torch.rand(batch) < 0.5)[:, None]
        some = torch.where(is_swapped, some - rows[focused[chosen]] + rows[partner], some)
        # Another magnification, and with it another sampling: up to two bins along the axis, the end value repeated.
        shift = int(torch.randint(-2, 3, (1,)))
        moved = some[:, torch.clamp(torch.arange(BINS) + shift, 0, BINS - 1)]
        known = (torch.rand(batch) >= UNKNOWN_SHARE).float()
        told = torch.stack([(finer[chosen] - shift * BIN) * known, known], 1)
        inputs = torch.cat([(moved @ line - mean) / unit + 0.05 * torch.randn(batch, BINS), told], 1)
        middle, down, up = network(inputs).unbind(1)
        found = torch.stack([middle - nn.functional.softplus(down), middle, middle + nn.functional.softplus(up)], 1)
        off = distance[chosen][:, None] - found
        loss = torch.maximum(quantiles * off, (quantiles - 1) * off).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    layers = []
    for index, layer in enumerate(one for one in network if isinstance(one, nn.Linear)):
        weights, bias = layer.weight.detach().numpy().copy(), layer.bias.detach().numpy()
        if index == 0:
            # Centring and scaling go into the first layer.
            weights[:, :BINS] /= unit.numpy()
            bias = bias - weights[:, :BINS] @ mean.numpy()
        layers.append({"weights": [[digits(w) for w in row] for row in weights], "bias": [digits(b) for b in bias]})
    write(options.out, {"layers": layers, "widen": {key: 1 for key in KEYS}})
    for name, data in (("training", train), ("validation", validation)):
        for is_known in (True, False):
            found = estimate(layers, data["rows"], data["sampling"] if is_known else None)
            print(f"\n{name}, sampling {'told' if is_known else 'not told'}")
            print_table(found, data["distance"], data["models"])


def weights_by_band(distance):
    """Bands of |z| count by the root of their number: half of the pool is in focus, and a twentieth between 0.35 and 1."""
    band = bands_of(distance)
    counts = np.bincount(band, minlength=len(BANDS) - 1)
    return 1 / np.sqrt(counts[band])


def bands_of(distance):
    return np.clip(np.searchsorted(BANDS, distance, "right") - 1, 0, len(BANDS) - 2)


def estimate(layers, log_powers, sampling=None, widen=1):
    """[n, 3] in DOF units: 16 %, 50 % and 84 % quantile of |z|, as src/focus/spectrum/distance.ts."""
    told = np.zeros((len(log_powers), 2))
    if sampling is not None:
        told = np.stack([np.log(np.asarray(sampling, float) / USUAL), np.ones(len(log_powers))], 1)
    values = np.concatenate([log_powers @ WITHOUT_LINE, told], 1)
    for index, layer in enumerate(layers):
        values = values @ np.array(layer["weights"]).T + np.array(layer["bias"])
        if index < len(layers) - 1:
            values = np.maximum(values, 0)
    middle, down, up = values.T
    steps = [widen * np.logaddexp(0, step) for step in (down, up)]
    return np.clip(np.stack([middle - steps[0], middle, middle + steps[1]], 1), 0, BANDS[-1])


def calibrate(options):
    """A factor for both steps, by which the interval holds the truth of 68 % of the computed T98G frames, each band counting the same."""
    frames = []
    for path in options.frames:
        with open(path) as file:
            frames += json.load(file)
    with open(options.distance) as file:
        section = json.load(file)
    column = lambda name: np.array([frame[name] for frame in frames])
    rows = np.array([log_power_of_rings(np.array(frame["power"])) for frame in frames])
    distance, sampling, groups, models = np.abs(column("dof")), column("sampling"), column("group"), column("model")
    own = (groups == "t98g") & (models != "as it is")
    band = bands_of(distance[own])
    weight = 1 / np.bincount(band)[band]

    def coverage(widen, told):
        low, _, high = estimate(section["layers"], rows[own], sampling[own] if told else None, widen).T
        return np.average((low <= distance[own]) & (distance[own] <= high), weights=weight)

    factors = np.arange(0.5, 4, 0.01)
    section["widen"] = {}
    for told in (True, False):
        enough = [factor for factor in factors if coverage(factor, told) >= 0.68]
        print(f"sampling {'told' if told else 'not told'}: coverage as fitted {coverage(1, told):.3f}, 0.68 from {enough[0]:.2f} on")
        section["widen"][KEYS[told]] = round(float(enough[0]), 2)
    write(options.distance, section)
    for told in (True, False):
        widen = section["widen"][KEYS[told]]
        found = estimate(section["layers"], rows, sampling if told else None, widen)
        for group in sorted(set(groups)):
            print(f"\n{group}, widened by {widen}, sampling {'told' if told else 'not told'}")
            print_table(found[groups == group], distance[groups == group], models[groups == group])


def print_table(found, distance, models):
    band = bands_of(distance)
    for model in ("all", *sorted(set(models))):
        cells = []
        for k in range(len(BANDS) - 1):
            chosen = (band == k) & ((models == model) if model != "all" else (models != "as it is"))
            if chosen.any():
                off = np.abs(found[chosen, 1] - distance[chosen])
                holds = (found[chosen, 0] <= distance[chosen]) & (distance[chosen] <= found[chosen, 2])
                cells.append(f"{BANDS[k]}-{BANDS[k + 1]}: {np.median(off):.2f}/{np.quantile(off, 0.9):.2f} c{holds.mean():.2f} n{chosen.sum()}")
        print(f"{model:8}", " | ".join(cells))


def write(path, section):
    with open(path, "w") as file:
        json.dump(section, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    fitting = commands.add_parser("fit")
    for name in ("train", "validation", "out"):
        fitting.add_argument(f"--{name}", required=True)
    fitting.add_argument("--passes", type=int, default=100)
    fitting.add_argument("--widths", type=int, nargs="+", default=[32, 16])
    fitting.add_argument("--seed", type=int, default=1)
    fitting.set_defaults(do=fit)
    calibrating = commands.add_parser("calibrate")
    calibrating.add_argument("distance")
    calibrating.add_argument("frames", nargs="+")
    calibrating.set_defaults(do=calibrate)
    arguments = parser.parse_args()
    arguments.do(arguments)
