#!/usr/bin/env python3
"""Goes on with a training of `refocusd train` in PyTorch: the same networks, pool, examples and losses, in bfloat16.

    node dist/cli/main.js train reconstructor --data <folder> --work training --minutes 5     # pool and checkpoint; stop with Ctrl-C
    scripts/torch/train.py reconstructor --work training --minutes 40
    node dist/cli/main.js train reconstructor --data <folder> --work training --minutes 5 --resume   # checkpoint to model and card

Why: on two cores (AVX-512, bfloat16) a step of the reconstructor takes a quarter of what it takes in tfjs on TensorFlow (see
bench/README.md). Needs `pip install torch numpy`. Architecture, recipe, loss and length are those of the checkpoint, `<work>/<name>`; with the paper's
recipes the best weights are kept, and a session begins with a new pass and a new optimiser.
"""

import argparse
import math
import os
import sys
import time

# Each step takes and frees some hundred MB. glibc reads these when a process starts; without them a third of the time goes to the kernel.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "500000000",
    "MALLOC_ARENA_MAX": "1",
}
if not MALLOC.keys() <= os.environ.keys():
    os.execve(sys.executable, [sys.executable, *sys.argv], {**MALLOC, **os.environ})

import numpy as np
import torch
import torch.nn.functional as F

import checkpoint
import examples
import networks
from deconvolve import deconvolve

# Hardware that it does not know makes it complain at each convolution.
torch.backends.nnpack.set_flags(False)

# Weights that are used are an average over about the last 500 steps.
AVERAGE_DECAY = 0.998
VALIDATE_EVERY_SECONDS = 300
CALIBRATION_DRAWS = 3
# Side of a classifier's input, px.
WINDOW = 134


def ssim_map():
    """SSIM with the 11-px Gaussian (s.d. 1.5) of Wang et al. 2004, as src/train/losses/ssim.ts."""
    window = torch.exp(-((torch.arange(11.0) - 5) ** 2) / (2 * 1.5**2))
    window = window / window.sum()
    bands = {}

    def band(size):
        if size not in bands:
            bands[size] = torch.zeros(size - 10, size)
            for row in range(size - 10):
                bands[size][row, row : row + 11] = window
        return bands[size]

    def ssim(a, b):
        maps = torch.stack([a, b, a * a, b * b, a * b]).squeeze(2)
        blur = band(a.shape[-1])
        mx, my, xx, yy, xy = blur @ maps @ blur.T
        product, mx2, my2 = mx * my, mx * mx, my * my
        above = (2 * product + 0.01**2) * (2 * (xy - product) + 0.03**2)
        below = (mx2 + my2 + 0.01**2) * (xx - mx2 + yy - my2 + 0.03**2)
        return (above / below).mean((1, 2))

    return ssim


ssim = ssim_map()


def huber(a, b):
    """Pseudo-Huber in eighths of the focused frame's range."""
    return (torch.sqrt(((a - b) * 8) ** 2 + 1) - 1).mean()


# As src/train/losses/reconstruction.ts, but SSIM counts in full from the first step.
LOSSES = {
    "huber+ssim": lambda a, b: huber(a, b) + 1 - ssim(a, b).mean(),
    "ssim": lambda a, b: 1 - ssim(a, b).mean(),
    "l1": lambda a, b: 255 * (a - b).abs().mean(),
    "l1+ssim": lambda a, b: 255 * (a - b).abs().mean() + 100 * (1 - ssim(a, b).mean()),
}


class Reconstructor:
    folder, rate, decay, batch = "resunet-guided", 1.5e-3, 1e-4, 8
    # Price of the SSIM that a crop loses on the way through the network.
    worse = 0.0
    # A classifier that is to take what comes out for focused, and the price where it does not.
    critic, look = None, 0.0

    def __init__(self, architecture, loss, recipe, crop):
        self.crop, self.validation = (160, 256) if architecture in ("resunet-lite", "resunet-guided") else (388, 388)
        self.guided = architecture == "resunet-guided"
        self.crop = crop or self.crop
        self.measure = LOSSES[loss or "huber+ssim"]
        self.batch = recipe.get("batch", self.batch)

    def resize(self, batch):
        self.batch = batch

    def loss(self, network, rng, paths, turn, _progress):
        turn = turn or [paths[rng.integers(len(paths))] for _ in range(self.batch)]
        drawn = [examples.reconstructor_example(rng, path, self.crop, self.guided) for path in turn]
        pairs = torch.from_numpy(np.stack([one[0] for one in drawn]))
        column = lambda k: torch.tensor([one[k] for one in drawn], dtype=torch.float32).view(-1, 1, 1, 1)
        low, width = column(1), column(2)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = network(pairs[:, : 1 + self.guided].contiguous(memory_format=torch.channels_last))
        made, focused = (output.float() - low) / width, (pairs[:, 2:] - low) / width
        loss = self.measure(made, focused)
        if self.worse > 0:
            loss = loss + self.worse * F.relu(ssim((pairs[:, :1] - low) / width, focused) - ssim(made, focused)).mean()
        if self.critic:
            loss = loss + self.look * F.softplus(self.defocused((output.float() - column(3)) / column(4), rng)).mean()
        return loss

    def defocused(self, crops, rng):
        """What the critic says of a window of each crop: ln(P(defocused) / P(focused))."""
        x, y = rng.integers(0, self.crop - WINDOW + 1, 2)
        windows = crops[:, :, y : y + WINDOW, x : x + WINDOW].expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            says = self.critic(windows).float()
        return says[:, 1] - says[:, 0]

    def validate(self, network, paths):
        """Score, and mean SSIM before and after, by band of |z| in DOF units and by forward model."""
        sums = {}
        rng = np.random.default_rng(5)
        for path in paths:
            model, dofs, planes, transfers = examples.read(path)
            side = planes.shape[1]
            sd = examples.draw_noise(rng, 0.25)
            noisy = [examples.add_noise(p / examples.SCALE, sd, d) for d in [rng.standard_normal((side, side))] for p in planes]
            at = max(0, side - self.validation) // 2
            for view, (dof, plane) in list(enumerate(zip(dofs, noisy)))[1:]:
                mean, unit = plane.mean(), plane.std()
                low, high = (np.quantile(noisy[0][::3, ::3], [0.001, 0.999]) - mean) / unit
                middle = lambda p: torch.from_numpy(examples.cut(((p - mean) / unit)[None], at, at, self.validation)[None].copy()).float()
                scaled = lambda t: ((t - low) / (high - low)).clamp(0, 1)
                source, focused = middle(plane), scaled(middle(noisy[0]))
                taken = source
                if self.guided:
                    guide = plane if transfers is None else deconvolve((plane - mean) / unit, *transfers[view - 1]) * unit + mean
                    taken = torch.cat([source, middle(guide)], 1)
                with torch.no_grad():
                    before, after = ssim(scaled(source), focused).item(), ssim(scaled(network(taken)), focused).item()
                for name in (band(dof), f"{model} {band(dof)}", *(() if band(dof) == "0-0.35" else ("all",))):
                    sums.setdefault(name, []).append((before, after))
        figures = {name: tuple(np.mean(pairs, 0).round(3).tolist()) for name, pairs in sorted(sums.items())}
        return np.mean(sums["all"], 0)[1] + np.mean(sums["0-0.35"], 0)[1], figures


class Classifier:
    folder, rate, decay = "sdcnn", 5e-4, 1e-3
    # First parts of windows, twice as many different ones: the network averages over the window before it decides.
    part, whole, part_until = (92, 32), (WINDOW, 16), 0.6
    smoothing = 0.02

    def __init__(self, architecture, _loss, recipe, _crop):
        self.whole_tiles = architecture == "sdcnn-tiles"
        if "batch" in recipe:
            self.whole, self.part_until, self.smoothing = (WINDOW, recipe["batch"]), 0, 0

    def resize(self, batch):
        self.part, self.whole = (self.part[0], batch), (self.whole[0], batch)

    def loss(self, network, rng, paths, turn, progress):
        side, count = self.part if progress < self.part_until else self.whole
        turn = turn or [None] * count
        drawn = [examples.classifier_example(rng, paths, k % 2 == 1, side, first, self.whole_tiles) for k, first in enumerate(turn)]
        windows = torch.from_numpy(np.stack(drawn)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(windows)
        return F.cross_entropy(logits.float(), torch.arange(len(turn)) % 2, label_smoothing=self.smoothing)

    def validate(self, network, paths):
        """Score, and share of windows judged right, by band and by forward model."""
        sums, losses = {}, []
        rng = np.random.default_rng(5)
        for path in paths:
            model, dofs, planes, _ = examples.read(path)
            sd = examples.draw_noise(rng, 0.25)
            deviates = examples.draw_deviates(rng, planes.shape[1:])
            for dof, plane in zip(dofs, planes):
                if examples.FOCUSED_UP_TO < abs(dof) < examples.DEFOCUSED_FROM:
                    continue
                says, defocused = self.logit(network, plane, sd, deviates), abs(dof) >= examples.DEFOCUSED_FROM
                losses.append(np.logaddexp(0, -says if defocused else says))
                for name in ("all", band(dof), model, f"{model} {band(dof)}"):
                    sums.setdefault(name, []).append((says > 0) == defocused)
        figures = {name: round(float(np.mean(right)), 3) for name, right in sorted(sums.items())}
        return -float(np.mean(losses)), figures

    def calibrate(self, network, paths):
        """Fits scale and shift of the logit on windows up to 2 DOF, both classes with equal weight, and puts them into the last layer.

        Only there is anything to decide; farther out every logit is far above 0. Platt 1999, without his priors: classes are balanced.
        """
        rng = np.random.default_rng(6)
        logits, labels = [], []
        for path in paths * CALIBRATION_DRAWS:
            _, dofs, planes, _ = examples.read(path)
            sd = examples.draw_noise(rng, 0.25)
            deviates = examples.draw_deviates(rng, planes.shape[1:])
            for dof, plane in zip(dofs, planes):
                if examples.FOCUSED_UP_TO < abs(dof) < examples.DEFOCUSED_FROM or abs(dof) > 2:
                    continue
                logits.append(self.logit(network, plane, sd, deviates))
                labels.append(float(abs(dof) >= examples.DEFOCUSED_FROM))
        z, y = torch.tensor(logits), torch.tensor(labels)
        weight = torch.where(y > 0, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
        scale, shift = torch.ones(1, requires_grad=True), torch.zeros(1, requires_grad=True)
        fit = torch.optim.LBFGS([scale, shift], max_iter=100)

        def closure():
            fit.zero_grad()
            loss = F.binary_cross_entropy_with_logits(scale * z + shift, y, weight=weight)
            loss.backward()
            return loss

        fit.step(closure)
        last = network.get_submodule("class")
        with torch.no_grad():
            last.weight.mul_(scale)
            last.bias.mul_(scale)
            last.bias.add_(torch.tensor([-0.5, 0.5]) * shift)
        print(f"calibrated: logit x {scale.item():.3f} + {shift.item():.3f}, from {len(labels)} windows", flush=True)

    def logit(self, network, plane, sd, deviates):
        """ln(P(defocused) / P(focused)) of what the daemon would look at in a tile as large as the item."""
        noisy = examples.add_noise(plane / examples.SCALE, sd, deviates)
        seen = examples.resize(noisy, WINDOW) if self.whole_tiles else examples.judging_window(noisy)
        window = examples.network_input(seen, noisy.mean(), noisy.std())
        with torch.no_grad():
            focused, defocused = network(torch.from_numpy(window[None]))[0].tolist()
        return defocused - focused


def band(dof):
    z = abs(dof)
    return "0-0.35" if z <= 0.35 else "0.35-1" if z < 1 else "1-2" if z < 2 else "2-3" if z < 3 else "3+"


# The paper's recipes, as src/train/recipes.ts has them.
RECIPES = {
    "classifier": {
        "ours": {},
        "paper": {"batch": 4, "rate": lambda done: 1e-3 * 0.5 ** (done // 5)},
        "paper-finetune": {"batch": 4, "rate": lambda done: 2e-4 if done < 25 else 1e-4},
    },
    "reconstructor": {"ours": {}, "paper": {"batch": 2, "rate": lambda _done: 1e-3}},
}


def optimiser_for(kind, name, task, network):
    if name == "ours":
        return torch.optim.AdamW(network.parameters(), lr=task.rate, weight_decay=task.decay)
    if kind == "classifier":
        return torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9)
    return torch.optim.NAdam(network.parameters(), lr=1e-3, eps=1e-7, momentum_decay=0.004)


def main():
    kinds = {"classifier": Classifier, "reconstructor": Reconstructor}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--work", default="training", help="work folder of refocusd train")
    parser.add_argument("--name", help="folder of the checkpoint in it; by default sdcnn or resunet-guided")
    parser.add_argument("--minutes", type=float, help="of this session; with our recipe the learning rate falls to 0 along them")
    parser.add_argument("--epochs", type=int, help="passes over the pool, over all sessions; by default the checkpoint's")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, help="learning rate at the start, with our recipe; by default the task's")
    parser.add_argument("--crop", type=int, help="side of a reconstructor's crops, px; resunet and unet take 16 k + 4, at least 100")
    parser.add_argument("--batch", type=int, help="crops or windows of a step, with our recipe; by default the task's")
    parser.add_argument("--worse", type=float, default=0, help="price of the SSIM by which a reconstructor's crop comes out lower than it went in")
    parser.add_argument("--critic", help="folder in it of a checkpoint of sdcnn: what a reconstructor makes is also to pass for focused with it")
    parser.add_argument("--look", type=float, default=0.05, help="price of crops that the critic does not take for focused")
    parser.add_argument("--identity", type=float, default=examples.IDENTITY_SHARE, help="share of a reconstructor's crops that are in focus or nearly")
    parser.add_argument("--response", type=float, default=examples.RESPONSE_SHARE, help="share of examples with a gamma or a cut-off contrast")
    parser.add_argument("--reach", type=float, default=examples.LEAST_REACH, help="how little of the contrast a cut-off may leave, in s.d. to either side")
    parser.add_argument("--calibrate", action=argparse.BooleanOptionalAction, default=True, help="fit a classifier's logit on the validation items at the end")
    parser.add_argument("--validation-items", type=int, help="validate on the first so many items only")
    options = parser.parse_args()
    examples.IDENTITY_SHARE, examples.RESPONSE_SHARE, examples.LEAST_REACH = options.identity, options.response, options.reach
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)

    path = os.path.join(options.work, options.name or kinds[options.kind].folder, "checkpoint.bin")
    header, groups = checkpoint.read(path)
    choices = header.get("choices", {"recipe": "ours"})
    name = choices["recipe"]
    recipe = RECIPES[options.kind][name]
    passes = "batch" in recipe
    epochs = options.epochs or choices.get("length", {}).get("epochs")
    if not passes and options.minutes is None:
        parser.error("our recipe needs --minutes")
    architecture = header["architecture"]
    task = kinds[options.kind](architecture, choices.get("loss"), recipe, options.crop)
    task.worse = options.worse
    if options.critic:
        if options.kind != "reconstructor" or task.crop < WINDOW:
            parser.error(f"--critic is for reconstructors with crops of {WINDOW} px or more")
        task.critic, task.look = fixed(os.path.join(options.work, options.critic, "checkpoint.bin")), options.look
    if options.batch:
        task.resize(options.batch)
    network, counting = networks.ARCHITECTURES[architecture](), networks.ARCHITECTURES[architecture]()
    networks.load(network, groups["weights" if passes else "average"])
    networks.load(counting, groups["average"])
    counting.eval()
    network = network.to(memory_format=torch.channels_last)
    optimiser = optimiser_for(options.kind, name, task, network)
    pool = os.path.join(options.work, "pool")
    validation = examples.items(f"{pool}/validation")[: options.validation_items]
    dump = lambda one: networks.dump(one, groups["average"])
    done = header.get("place", {}).get("pass", 0)

    def keep():
        changes = {"step": header["step"] + step, "elapsedMs": header["elapsedMs"] + (time.monotonic() - began) * 1000}
        if passes:
            # A pass that was cut off begins anew.
            changes["place"] = {"pass": done, "step": 0, "items": 0}
        counts = dump(counting)
        checkpoint.write(path, header, dump(network) if passes else counts, counts, changes)

    def validate(one):
        one.eval()
        score, figures = task.validate(one, validation)
        print(f"step {step}: score {score:.4f}", figures, flush=True)
        return score

    began = told = kept = time.monotonic()
    step, losses, turns = 0, [], []
    best = validate(counting) if passes else None
    began = told = kept = time.monotonic()

    def progress():
        minutes = (time.monotonic() - began) / 60 / options.minutes if options.minutes else 0
        return max(minutes, done / epochs if passes and epochs else 0)

    network.train()
    while (over := progress()) < 1:
        if step % 100 == 0 or (passes and not turns):
            paths = examples.items(f"{pool}/train")
        if passes and not turns:
            order = rng.permutation(len(paths))
            turns = [[paths[k] for k in order[at : at + recipe["batch"]]] for at in range(0, len(order), recipe["batch"])]
        full = recipe["rate"](done) if passes else (options.rate or task.rate) * min(1, (step + 1) / 100) * falling(over) + 1e-6
        for group in optimiser.param_groups:
            group["lr"] = full
        loss = task.loss(network, rng, paths, turns.pop(0) if passes else None, over)
        optimiser.zero_grad()
        loss.backward()
        if not passes:
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step += 1
        losses.append(loss.item())
        if not passes:
            blend(counting, network, min(AVERAGE_DECAY, step / (step + 9)))
        if time.monotonic() - told > 30:
            told = time.monotonic()
            where = f"epoch {done + 1}" if passes else f"{options.minutes * (1 - over):.1f} min to go"
            print(f"step {step} | loss {np.mean(losses[-100:]):.4f} | {where}", flush=True)
        if passes and not turns:
            done += 1
            if (score := validate(network)) > best:
                best = score
                counting.load_state_dict(network.state_dict())
            network.train()
            keep()
        elif not passes and time.monotonic() - kept > VALIDATE_EVERY_SECONDS:
            kept = time.monotonic()
            validate(counting)
            keep()
    first, last = losses[: len(losses) // 4], losses[-max(1, len(losses) // 4) :]
    print(f"{step} steps; mean loss of the first quarter {np.mean(first):.4f}, of the last {np.mean(last):.4f}", flush=True)
    if options.calibrate and hasattr(task, "calibrate") and not passes:
        task.calibrate(counting, validation)
    if not passes:
        validate(counting)
    keep()


def fixed(path):
    """A checkpoint's network, which learns no more."""
    header, groups = checkpoint.read(path)
    network = networks.ARCHITECTURES[header["architecture"]]()
    networks.load(network, groups["average"])
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def falling(over):
    return 0.5 + 0.5 * math.cos(math.pi * over)


def blend(average, network, decay):
    with torch.no_grad():
        for mean, now in zip(average.state_dict().values(), network.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.mul_(decay).add_(now, alpha=1 - decay)


if __name__ == "__main__":
    main()
