"""What the optics alone make of a frame: Wiener's estimate, as src/restore/consistency/deconvolve.ts and source-model.ts."""

import numpy as np
import torch

# Frequencies are cycles per SIDE pixels, up to beyond the corner of the spectrum.
SIDE, COUNT = 256, 184
FIRST, LAST = 6, 90
MARGIN = 24


def weights_around(reach):
    rings = np.arange(FIRST, LAST)
    apart = np.log(rings / np.maximum(1, np.arange(COUNT))[:, None]) / reach
    weights = np.exp(-0.5 * apart**2) / rings
    return weights / weights.sum(1, keepdims=True)


AROUND = weights_around(0.35)
grids = {}


def grid(height, width):
    """Of a real transform: ring below each frequency and how far beyond it that is; nearest ring, how often each frequency counts, members of each ring."""
    if (height, width) not in grids:
        fy, fx = np.fft.fftfreq(height)[:, None] * SIDE, np.fft.rfftfreq(width)[None] * SIDE
        radius = np.minimum(np.hypot(fy, fx), COUNT - 1.001)
        below = radius.astype(int)
        counts = np.full(radius.shape, 2.0)
        counts[:, 0] = 1
        if width % 2 == 0:
            counts[:, -1] = 1
        ring = np.rint(radius).astype(int)
        members = np.bincount(ring.ravel(), counts.ravel(), minlength=COUNT)
        grids[height, width] = torch.from_numpy(below), torch.from_numpy((radius - below).astype(np.float32)), ring.ravel(), counts.ravel(), members
    return grids[height, width]


def gains(power, members, mean, variance):
    """@param power: of the source, sums over the rings"""
    changed = np.minimum(1, (1 - mean) ** 2)
    rest = 0.02 * np.minimum(1, changed + 0.05) + 2 * variance
    whole = SIDE // 2
    seven = lambda values: np.convolve(values[FIRST:whole], np.ones(7), "valid")
    noise = (seven(power) / seven(members)).min() * members
    signal = np.maximum(0.001 * power, power - noise)
    through = mean * mean + rest
    in_focus = np.exp(AROUND @ np.log(signal[FIRST:LAST] + 1e-30)) / np.maximum(1e-3, AROUND @ through[FIRST:LAST])
    at = np.minimum(np.arange(COUNT), whole - 1)
    errors = rest + changed * noise[at] / np.maximum(1e-30, in_focus[at])
    share = mean / (mean * mean + np.clip(errors, 0.003, 3))
    return share + 1 - mean * share


def deconvolve(plane, mean, variance):
    """[h, w] standardised -> the same; beyond its edges it goes on as in a mirror."""
    height, width = plane.shape
    field = torch.from_numpy(np.pad(plane, MARGIN, mode="symmetric").astype(np.float32))
    spectrum = torch.fft.rfft2(field)
    below, beyond, ring, counts, members = grid(*field.shape)
    squares = (spectrum.real**2 + spectrum.imag**2).numpy().ravel()
    power = np.bincount(ring, squares * counts, minlength=COUNT)
    own = torch.from_numpy(gains(power, members, mean.astype(np.float64), variance.astype(np.float64)).astype(np.float32))
    gain = own[below] * (1 - beyond) + own[below + 1] * beyond
    return torch.fft.irfft2(spectrum * gain, s=tuple(field.shape))[MARGIN:-MARGIN, MARGIN:-MARGIN].numpy()
