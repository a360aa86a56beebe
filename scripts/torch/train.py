#!/usr/bin/env python3
"""Goes on with a training of `refocusd train` in PyTorch: the same networks, pool, examples and losses, in bfloat16.

    node dist/cli/main.js train reconstructor --data <folder> --work training --minutes 5     # pool and checkpoint; stop with Ctrl-C
    scripts/torch/train.py reconstructor --work training --minutes 40
    node dist/cli/main.js train reconstructor --data <folder> --work training --minutes 5 --resume   # checkpoint to model and card

Why: on two cores (AVX-512, bfloat16) a step of the reconstructor takes a quarter of what it takes in tfjs on TensorFlow (see
bench/README.md). Needs `pip install torch numpy`. The classifier's checkpoint is `<work>/sdcnn`, the reconstructor's `<work>/resunet-lite`.
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

# Weights that are used are an average over about the last 500 steps.
AVERAGE_DECAY = 0.998
VALIDATE_EVERY_SECONDS = 300
CALIBRATION_DRAWS = 3


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


class Reconstructor:
    folder, rate, decay = "resunet-lite", 1.5e-3, 1e-4
    batch, crop = 8, 160

    def network(self):
        return networks.ResunetLite()

    def loss(self, network, rng, paths, _progress):
        drawn = [examples.reconstructor_example(rng, paths, self.crop) for _ in range(self.batch)]
        pairs = torch.from_numpy(np.stack([pair for pair, _, _ in drawn]))
        column = lambda k: torch.tensor([one[k] for one in drawn], dtype=torch.float32).view(-1, 1, 1, 1)
        low, width = column(1), column(2)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            output = network(pairs[:, :1].contiguous(memory_format=torch.channels_last))
        a, b = (output.float() - low) / width, (pairs[:, 1:] - low) / width
        # Pseudo-Huber in eighths of the focused frame's range, and SSIM.
        return (torch.sqrt(((a - b) * 8) ** 2 + 1) - 1).mean() + 1 - ssim(a, b).mean()

    def validate(self, network, paths):
        """Mean SSIM before and after, by band of |z| in DOF units and by forward model."""
        sums = {}
        rng = np.random.default_rng(5)
        for path in paths:
            model, dofs, planes = examples.read(path)
            side = planes.shape[1]
            sd = examples.draw_noise(rng, 0.25)
            noisy = [examples.add_noise(p / examples.SCALE, sd, d) for d in [rng.standard_normal((side, side))] for p in planes]
            at = (side - 256) // 2
            for dof, plane in list(zip(dofs, noisy))[1:]:
                mean, unit = plane.mean(), plane.std()
                low, high = (np.quantile(noisy[0][::3, ::3], [0.001, 0.999]) - mean) / unit
                middle = lambda p: torch.from_numpy(((p - mean) / unit)[None, None, at : at + 256, at : at + 256]).float()
                scaled = lambda t: ((t - low) / (high - low)).clamp(0, 1)
                source, focused = middle(plane), scaled(middle(noisy[0]))
                before, after = ssim(scaled(source), focused).item(), ssim(scaled(network(source)), focused).item()
                for name in (band(dof), f"{model} {band(dof)}"):
                    sums.setdefault(name, []).append((before, after))
        return {name: tuple(np.mean(pairs, 0).round(3).tolist()) for name, pairs in sorted(sums.items())}


class Classifier:
    folder, rate, decay = "sdcnn", 5e-4, 1e-3
    # First parts of windows, twice as many different ones: the network averages over the window before it decides.
    part, whole, part_until = (92, 32), (134, 16), 0.6

    def network(self):
        return networks.Sdcnn()

    def loss(self, network, rng, paths, progress):
        side, count = self.part if progress < self.part_until else self.whole
        drawn = [examples.classifier_example(rng, paths, k % 2 == 1, side) for k in range(count)]
        windows = torch.from_numpy(np.stack(drawn)).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(windows)
        return F.cross_entropy(logits.float(), torch.arange(count) % 2, label_smoothing=0.02)

    def validate(self, network, paths):
        """Share of windows judged right, by band and by forward model."""
        sums = {}
        rng = np.random.default_rng(5)
        for path in paths:
            model, dofs, planes = examples.read(path)
            sd = examples.draw_noise(rng, 0.25)
            deviates = examples.draw_deviates(rng, planes.shape[1:])
            for dof, plane in zip(dofs, planes):
                if examples.FOCUSED_UP_TO < abs(dof) < examples.DEFOCUSED_FROM:
                    continue
                says = logit(network, plane, sd, deviates) > 0
                right = says == (abs(dof) >= examples.DEFOCUSED_FROM)
                for name in ("all", band(dof), model, f"{model} {band(dof)}"):
                    sums.setdefault(name, []).append(right)
        return {name: round(float(np.mean(right)), 3) for name, right in sorted(sums.items())}

    def calibrate(self, network, paths):
        """Fits scale and shift of the logit on windows up to 2 DOF, both classes with equal weight, and puts them into the last layer.

        Only there is anything to decide; farther out every logit is far above 0. Platt 1999, without his priors: classes are balanced.
        """
        rng = np.random.default_rng(6)
        logits, labels = [], []
        for path in paths * CALIBRATION_DRAWS:
            _, dofs, planes = examples.read(path)
            sd = examples.draw_noise(rng, 0.25)
            deviates = examples.draw_deviates(rng, planes.shape[1:])
            for dof, plane in zip(dofs, planes):
                if examples.FOCUSED_UP_TO < abs(dof) < examples.DEFOCUSED_FROM or abs(dof) > 2:
                    continue
                logits.append(logit(network, plane, sd, deviates))
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


def logit(network, plane, sd, deviates):
    """ln(P(defocused) / P(focused)) of the window that the daemon would look at."""
    noisy = examples.add_noise(plane / examples.SCALE, sd, deviates)
    window = examples.network_input(examples.judging_window(noisy), noisy.mean(), noisy.std())
    with torch.no_grad():
        focused, defocused = network(torch.from_numpy(window[None]))[0].tolist()
    return defocused - focused


def band(dof):
    z = abs(dof)
    return "0-0.35" if z <= 0.35 else "0.35-1" if z < 1 else "1-2" if z < 2 else "2-3" if z < 3 else "3+"


def main():
    kinds = {"classifier": Classifier, "reconstructor": Reconstructor}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("--work", default="training", help="work folder of refocusd train")
    parser.add_argument("--minutes", type=float, required=True, help="the learning rate falls to 0 along them")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, help="learning rate at the start; by default the task's")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)

    task = kinds[options.kind]()
    path = os.path.join(options.work, task.folder, "checkpoint.bin")
    header, tensors = checkpoint.read(path)
    network, average = task.network(), task.network()
    networks.load(network, tensors)
    networks.load(average, tensors)
    average.eval()
    network = network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=task.rate, weight_decay=task.decay)
    pool = os.path.join(options.work, "pool")

    def keep():
        with torch.no_grad():
            print(f"step {step}:", task.validate(average, examples.items(f"{pool}/validation")), flush=True)
        elapsed = header["elapsedMs"] + (time.monotonic() - began) * 1000
        checkpoint.write(path, header, networks.dump(average, tensors), header["step"] + step, elapsed)

    began = told = kept = time.monotonic()
    step, losses = 0, []
    while (progress := (time.monotonic() - began) / 60 / options.minutes) < 1:
        if step % 100 == 0:
            paths = examples.items(f"{pool}/train")
        for group in optimiser.param_groups:
            group["lr"] = (options.rate or task.rate) * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        loss = task.loss(network, rng, paths, progress)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        decay = min(AVERAGE_DECAY, (step + 1) / (step + 10))
        with torch.no_grad():
            for mean, now in zip(average.state_dict().values(), network.state_dict().values()):
                if mean.dtype.is_floating_point:
                    mean.mul_(decay).add_(now, alpha=1 - decay)
        step += 1
        losses.append(loss.item())
        if time.monotonic() - told > 30:
            told = time.monotonic()
            left = options.minutes * (1 - progress)
            print(f"step {step} | loss {np.mean(losses[-100:]):.4f} | {left:.1f} min to go", flush=True)
        if time.monotonic() - kept > VALIDATE_EVERY_SECONDS:
            kept = time.monotonic()
            keep()
    if hasattr(task, "calibrate"):
        task.calibrate(average, examples.items(f"{pool}/validation"))
    keep()


if __name__ == "__main__":
    main()
