#!/usr/bin/env python3
"""Fits the card's section `spectrum`: P(defocused) of a frame from its power spectrum alone (src/focus/spectrum).

    PYTHONPATH=… scripts/torch/spectrum.py features POOL/train… --out train.npz
    PYTHONPATH=… scripts/torch/spectrum.py features POOL/validation --out validation.npz --seed 2
    PYTHONPATH=… scripts/torch/spectrum.py fit --train train.npz --validation validation.npz --out layers.json
    node scripts/torch/judge-frames.mjs FIELDS MODEL frames.json        # with the layers in its card
    scripts/torch/spectrum.py joint frames.json                         # how tiles and spectrum add up

scripts/torch/distance.py fits |z| on the same features.

Out of focus, a phase-contrast image's power spectrum has the dents of the transfer function, whatever the object (the Thon rings of
electron microscopy). The items are those that `refocusd train` renders; noise and response are drawn as for the classifier.
"""

import argparse
import json
import math
import os

import numpy as np

import examples

WINDOW, BINS = 256, 48
LOWEST = 2.5
HANN = np.hanning(WINDOW)[:, None] * np.hanning(WINDOW)
RING = np.round(np.hypot(*np.meshgrid(np.fft.fftfreq(WINDOW) * WINDOW, np.arange(WINDOW // 2 + 1), indexing="ij"))).astype(int)
# rfft2 keeps half of the plane: its columns stand for two, but for the first and the last.
TWICE = np.broadcast_to(np.where(np.isin(np.arange(WINDOW // 2 + 1), (0, WINDOW // 2)), 1.0, 2.0), RING.shape)
EDGES = np.exp(np.linspace(math.log(LOWEST), math.log(WINDOW / 2), BINS + 1))
CENTRES = np.sqrt(EDGES[1:] * EDGES[:-1])
LINE = np.stack([np.ones(BINS), np.linspace(-1, 1, BINS)], 1)
WITHOUT_LINE = np.eye(BINS) - LINE @ np.linalg.pinv(LINE)


def ring_power(plane):
    """Mean power at each distance from frequency 0 in cycles per window, over windows that cover the plane side by side or closer."""
    places = [window_places(length) for length in plane.shape]
    total = 0
    for y in places[0]:
        for x in places[1]:
            part = plane[y : y + WINDOW, x : x + WINDOW]
            power = np.abs(np.fft.rfft2((part - part.mean()) * HANN)) ** 2
            total = total + np.bincount(RING.ravel(), (power * TWICE).ravel())
    return total / np.bincount(RING.ravel(), TWICE.ravel()) / (len(places[0]) * len(places[1]))


def window_places(length):
    count = min(6, max(1, math.ceil(length / WINDOW)))
    return [0 if count == 1 else (k * (length - WINDOW)) // (count - 1) for k in range(count)]


def log_power(plane):
    """[48], the logarithm of the power at the centres of the bins, before the line is taken out."""
    return log_power_of_rings(ring_power(plane))


def log_power_of_rings(power):
    return np.interp(CENTRES, np.arange(1, len(power)), np.log(power[1:] + 1e-12))


def features(plane):
    """[48], what src/focus/spectrum/features.ts makes of a channel."""
    return WITHOUT_LINE @ log_power(plane)


def read(path, paraxial_before):
    model, dofs, planes, _ = examples.read(path)
    if os.path.getmtime(path) > paraxial_before:
        return model, dofs, planes
    # Items rendered before sdcnn 1.3.0 have z counted from the paraxial focus, 2W off the plane of best focus.
    with open(path, "rb") as file:
        shift = 2 * json.loads(file.read(examples.HEADER))["optics"]["sphericalWaves"]
    if model == "weak":
        return model, [0, *(d if abs(d) < 1 or abs(d - shift) >= 1 else 0.7 for d in dofs[1:])], planes
    return model, [d - shift for d in dofs], planes


def sampling_of(path):
    """Pixel size in units of λ/NA."""
    with open(path, "rb") as file:
        optics = json.loads(file.read(examples.HEADER))["optics"]
    return optics["pixelUm"] * optics["na"] / optics["wavelengthUm"]


def make_features(options):
    rng = np.random.default_rng(options.seed)
    rows, distance, models, samplings, focused = [], [], [], [], []
    for path in [path for folder in options.folders for path in examples.items(folder)]:
        model, dofs, planes = read(path, options.paraxial_before)
        sampling = sampling_of(path)
        for _ in range(options.draws):
            sd = examples.draw_noise(rng, 0.25)
            first = len(rows)
            for z, plane in zip(dofs, planes):
                if not options.between and examples.FOCUSED_UP_TO < abs(z) < examples.DEFOCUSED_FROM:
                    continue
                drawn = examples.add_noise(plane / examples.SCALE, sd, examples.draw_deviates(rng, plane.shape))
                drawn = examples.draw_response(rng, drawn.mean(), drawn.std())(drawn)
                rows.append(log_power((drawn - drawn.mean()) / (drawn.std() or 1)))
                distance.append(abs(z))
                models.append(model)
                samplings.append(sampling)
                focused.append(first)
    np.savez(
        options.out,
        rows=np.array(rows, "f4"),
        distance=np.array(distance, "f4"),
        models=np.array(models),
        sampling=np.array(samplings, "f4"),
        # Of each plane, the row of the same object in focus under the same light.
        focused=np.array(focused),
    )
    print(f"{options.out}: {len(rows)} planes")


def fit(options):
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    train, validation = clear(np.load(options.train)), clear(np.load(options.validation))
    line = torch.tensor(WITHOUT_LINE, dtype=torch.float32)
    rows = torch.tensor(train["rows"])
    target = torch.tensor((train["distance"] >= examples.DEFOCUSED_FROM).astype("f4"))
    plain = rows @ line
    mean, unit = plain.mean(0), plain.std(0)
    network = nn.Sequential(
        nn.Linear(BINS, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1)
    )
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    weight = (1 - target.mean()) / target.mean()
    steps = options.passes * len(rows) // 128
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * (1 - step / steps) + 1e-6
        chosen = torch.randint(0, len(rows), (128,))
        # Another magnification: up to two bins along the axis, the end value repeated.
        shift = int(torch.randint(-2, 3, (1,)))
        moved = rows[chosen][:, torch.clamp(torch.arange(BINS) + shift, 0, BINS - 1)]
        inputs = (moved @ line - mean) / unit + 0.05 * torch.randn(128, BINS)
        loss = nn.functional.binary_cross_entropy_with_logits(network(inputs)[:, 0], target[chosen], pos_weight=weight)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    network.eval()
    layers = []
    for index, layer in enumerate(one for one in network if isinstance(one, nn.Linear)):
        weights, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
        if index == 0:
            # Centring and scaling go into the first layer.
            weights = weights / unit.numpy()
            bias = bias - weights @ mean.numpy()
        layers.append({"weights": [[digits(w) for w in row] for row in weights], "bias": [digits(b) for b in bias]})
    with open(options.out, "w") as file:
        json.dump(layers, file)
    for name, data in (("training", train), ("validation", validation)):
        logits = run(layers, data["rows"] @ WITHOUT_LINE)
        for model in ("all", *sorted(set(data["models"]))):
            print(name, model, figures(logits, data["distance"], (data["models"] == model) | (model == "all")))


def clear(data):
    """Without planes of which either verdict is right: files made with --between have them."""
    chosen = (data["distance"] <= examples.FOCUSED_UP_TO) | (data["distance"] >= examples.DEFOCUSED_FROM)
    return {name: data[name][chosen] for name in ("rows", "distance", "models")}


def joint(options):
    """Logistic regression of the truth on the logits of tiles and spectrum, both cut off, with equal weight for both kinds of frame.

    Each frame comes twice: as it is, and, with a weight of `--strange`, with tiles that are sure of defocus, whatever it is: that is what they
    say of cells that they never saw, and the weight of the spectrum has to be such that it can outvote them.
    """
    with open(options.frames) as file:
        frames = json.load(file)
    column = lambda name: np.array([frame[name] for frame in frames], float)
    distance = np.abs(column("dof"))
    tiles, spectrum = log_odds(column("pTiles")), log_odds(column("pSpectrum"))
    truth = (distance >= examples.DEFOCUSED_FROM).astype(float)
    weight = np.where(truth > 0, 0.5 / truth.mean(), 0.5 / (1 - truth.mean()))
    most_spectrum = options.most_spectrum
    print("tiles alone", verdicts(tiles, truth))
    for most_tiles in options.most_tiles:
        inputs = lambda t: np.stack(
            [np.clip(t, -most_tiles, most_tiles), np.clip(spectrum, -most_spectrum, most_spectrum), np.ones_like(t)], 1
        )
        both = np.concatenate([inputs(tiles), inputs(np.full_like(tiles, np.inf))])
        twice = np.concatenate([truth, truth])
        weights = np.concatenate([weight * (1 - options.strange), weight * options.strange])
        found = logistic(both, twice, weights)
        print(f"tiles to {most_tiles}: {found.round(2)}", verdicts(inputs(tiles) @ found, truth))


def logistic(inputs, truth, weight):
    """Newton's method."""
    found = np.zeros(inputs.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-inputs @ found))
        curvature = (inputs * (weight * p * (1 - p))[:, None]).T @ inputs + 1e-3 * np.eye(len(found))
        found = found - np.linalg.solve(curvature, inputs.T @ (weight * (p - truth)))
    return found


def log_odds(p):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def verdicts(logits, truth):
    p = 1 / (1 + np.exp(-logits))
    right = np.where(truth > 0, p > 0.65, p < 0.35)
    wrong = np.where(truth > 0, p < 0.35, p > 0.65)
    return f"{right.sum()} right, {(~right & ~wrong).sum()} uncertain, {wrong.sum()} wrong of {len(p)}"


def digits(value):
    return float(f"{value:.4g}")


def run(layers, values):
    for index, layer in enumerate(layers):
        values = values @ np.array(layer["weights"]).T + np.array(layer["bias"])
        if index < len(layers) - 1:
            values = np.maximum(values, 0)
    return values[:, 0]


def figures(logits, distance, chosen):
    logits, distance = logits[chosen], distance[chosen]
    focused, near, out = logits[distance <= 0.35], logits[(distance >= 1) & (distance < 2)], logits[distance >= 1]
    return (
        f"n {len(logits)}, right: in focus {(focused < 0).mean():.3f}, 1-2 DOF {(near > 0).mean():.3f}, "
        f"from 1 DOF {(out > 0).mean():.3f}; AUC {auc(out, focused):.4f}, of 1-2 DOF {auc(near, focused):.4f}"
    )


def auc(positive, negative):
    order = np.sort(negative)
    below, upto = np.searchsorted(order, positive), np.searchsorted(order, positive, "right")
    return float((below + upto).mean() / 2 / len(order))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("features")
    make.add_argument("folders", nargs="+")
    make.add_argument("--out", required=True)
    make.add_argument("--draws", type=int, default=2)
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--between", action="store_true", help="planes between in focus and out of it, too: for the distance")
    make.add_argument("--paraxial-before", type=float, default=0, help="items written before this second of the epoch count z from the paraxial focus")
    make.set_defaults(do=make_features)
    fitting = commands.add_parser("fit")
    for name in ("train", "validation", "out"):
        fitting.add_argument(f"--{name}", required=True)
    fitting.add_argument("--passes", type=int, default=60)
    fitting.add_argument("--seed", type=int, default=1)
    fitting.set_defaults(do=fit)
    adding = commands.add_parser("joint")
    adding.add_argument("frames")
    adding.add_argument("--most-tiles", type=float, nargs="+", default=[1, 1.5, 2, 3, 8])
    adding.add_argument("--most-spectrum", type=float, default=6)
    adding.add_argument("--strange", type=float, default=0.1, help="weight of frames whose tiles are sure of defocus whatever they are")
    adding.set_defaults(do=joint)
    arguments = parser.parse_args()
    arguments.do(arguments)
