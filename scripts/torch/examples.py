"""Training examples from the pool that `refocusd train` renders: the same draws as src/train/loop/*-task.ts.

An item (src/train/dataset/item-file.ts) is a padded line of JSON and 16-bit planes: the focused one, then the defocused ones.
"""

import json
import math
from glob import glob

import numpy as np

from deconvolve import deconvolve

HEADER = 2048
SCALE = np.float32(16384)
# |z| in DOF units up to which a frame counts as focused, and from which as defocused.
FOCUSED_UP_TO, DEFOCUSED_FROM = 0.35, 1.0
IDENTITY_SHARE = 0.15
# Of examples under another response than a linear one, and how little of the contrast a cut-off may leave, in s.d. to either side.
RESPONSE_SHARE, LEAST_REACH = 0.3, 1.3
# Pixels of the frame for one of the input's, of examples that show a tile as a whole.
TILE_REDUCTION = 1.3, 4
REGION, SAMPLE_STEP = 320, 3
PLACES, COUNTS = 4, 2048
GRAINED_SHARE = 0.3
# Of examples of a network that is guided by the optics, so many are not.
PLAIN_SHARE = 0.12


def items(folder):
    return sorted(glob(f"{folder}/*.item"))


def read(path):
    """Returns (forward model, defocus of each plane with 0 first, planes of 16-bit integers, mean and variance of T of each defocused plane or None)."""
    with open(path, "rb") as file:
        content = file.read()
    header = json.loads(content[:HEADER])
    side, count = header["side"], len(header["dofs"])
    planes = np.frombuffer(content, "<u2", (count + 1) * side * side, HEADER).reshape(-1, side, side)
    transfers = None
    if "transfer" in header:
        transfers = np.frombuffer(content, "<f4", count * 2 * header["transfer"], HEADER + planes.nbytes).reshape(count, 2, -1)
    return header["model"], [0, *header["dofs"]], planes, transfers


def draw_noise(rng, none):
    """s.d. relative to the background: a clean 16-bit camera (0.2 %) to a dim exposure (2 %); `none` of the draws have none."""
    return 0.0 if rng.random() < none else math.exp(rng.uniform(math.log(0.002), math.log(0.02)))


def draw_deviates(rng, shape):
    """Normal deviates; in three of ten draws neighbours share them, as after an interpolation or a lossy export."""
    if rng.random() >= GRAINED_SHARE:
        return rng.standard_normal(shape, dtype=np.float32)
    white = rng.standard_normal((shape[0] + 2, shape[1] + 2), dtype=np.float32)
    rows = white[:-2] + 2 * white[1:-1] + white[2:]
    return (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / np.float32(6)


def add_noise(plane, sd, deviates):
    return plane if sd == 0 else plane + np.float32(sd) * np.sqrt(np.maximum(plane, 0)) * deviates


def draw_response(rng, mean, sd):
    """What a camera or an export program makes of light: mostly nothing, else a gamma or a cut-off contrast."""
    if rng.random() < 1 - RESPONSE_SHARE:
        return lambda value: value
    if rng.random() < 0.5:
        gamma = rng.uniform(0.6, 1.6)
        return lambda value: np.maximum(value, 0) ** gamma
    reach = rng.uniform(LEAST_REACH, 3) * sd
    return lambda value: np.clip(value, mean - reach, mean + reach)


def dihedral(planes, symmetry):
    if symmetry & 1:
        planes = planes[..., ::-1]
    if symmetry & 2:
        planes = planes[..., ::-1, :]
    return planes.swapaxes(-1, -2) if symmetry & 4 else planes


def cut(planes, left, top, side):
    """A square of planes; where they are smaller it goes on as in a mirror around them."""
    whole = planes.shape[-1]
    if side <= whole:
        return planes[..., top : top + side, left : left + side]
    before = (side - whole) // 2
    around = (before, side - whole - before)
    return np.pad(planes, ((0, 0), around, around), mode="symmetric")


def reconstructor_example(rng, path, crop, guided=False):
    """Returns (source, guide and focused plane, standardised; the focused plane's 0.1 percentile; its distance to the 99.9 one; its mean and s.d.)."""
    _, dofs, planes, transfers = read(path)
    # Plane 1 is in focus or nearly.
    view = 1 if rng.random() < IDENTITY_SHARE else int(rng.integers(2, len(dofs)))
    # The same noise on both sides: the network learns to refocus, and to leave the camera's noise as it is.
    sd = draw_noise(rng, 0.35)
    if guided and transfers is not None and rng.random() >= PLAIN_SHARE:
        return guided_example(rng, planes[[view, 0]], transfers[view - 1], sd, crop)
    size = min(planes.shape[1], max(REGION, crop))
    left, top = rng.integers(0, planes.shape[1] - size + 1, 2)
    region = planes[[view, 0], top : top + size, left : left + size]
    sample = region[:, ::SAMPLE_STEP, ::SAMPLE_STEP] / SCALE
    sample = add_noise(sample, sd, rng.standard_normal(sample.shape[1:]))
    response = draw_response(rng, sample[0].mean(), sample[0].std())
    sample = response(sample)
    mean, unit = sample[0].mean(), sample[0].std() or 1
    x, y = rng.integers(0, max(0, size - crop) + 1, 2)
    pair = cut(region, x, y, crop) / SCALE
    pair = add_noise(pair, sd, rng.standard_normal((crop, crop), dtype=np.float32))
    pair = dihedral((response(pair) - mean) / unit, int(rng.integers(8)))
    low, high = (np.quantile(sample[1], [0.001, 0.999]) - mean) / unit
    focused = (sample[1] - mean) / unit
    return pair[[0, 0, 1]].astype(np.float32), low, max(0.1, high - low), focused.mean(), focused.std()


def guided_example(rng, planes, transfer, sd, crop):
    """The optics reach far, so they are asked of the whole plane, of which the crop is taken then."""
    side = planes.shape[1]
    pair = planes / SCALE
    pair = add_noise(pair, sd, rng.standard_normal((side, side), dtype=np.float32))
    pair = draw_response(rng, pair[0].mean(), pair[0].std())(pair)
    mean, unit = pair[0].mean(), pair[0].std() or 1
    pair = ((pair - mean) / unit).astype(np.float32)
    low, high = np.quantile(pair[1, ::SAMPLE_STEP, ::SAMPLE_STEP], [0.001, 0.999])
    shown = np.stack([pair[0], deconvolve(pair[0], *transfer), pair[1]])
    x, y = rng.integers(0, max(0, side - crop) + 1, 2)
    return dihedral(cut(shown, x, y, crop), int(rng.integers(8))), low, max(0.1, high - low), pair[1].mean(), pair[1].std()


def structure(counts):
    """Contrast and signal to noise of 8 x 8 block means, as src/focus/structure.ts measures them."""
    blocks = counts.shape[0] // 8
    used = counts[: blocks * 8, : blocks * 8]
    means = used.reshape(blocks, 8, blocks, 8).mean((1, 3))
    across = used[:, :-2] - 2 * used[:, 1:-1] + used[:, 2:]
    mask = (across[:-2] - 2 * across[1:-1] + across[2:])[::8, ::8]
    sigma = np.abs(mask).mean() * math.sqrt(math.pi / 2) / 6
    level = means.mean()
    k = np.arange(blocks) - (blocks - 1) / 2
    sxx = (k * k).sum() * blocks
    rest = means - level
    rest = rest - (rest * k).sum() / sxx * k - (rest * k[:, None]).sum() / sxx * k[:, None]
    spread = math.sqrt((rest**2).mean())
    return (spread / level if level > 0 else 0), spread / (max(sigma, 0.29) / 8)


def is_blank(found):
    return found[1] < 3 or found[0] < 0.0015


def classifier_example(rng, paths, defocused, side, first=None, whole_tiles=False):
    """A structured window of an item (of `first`, if it has one), [3, side, side], standardised by the item and under other light, contrast and tint.

    `whole_tiles`: a larger one, reduced, as networks see it that look at a tile as a whole.
    """
    while True:
        _, dofs, planes, _ = read(first or paths[rng.integers(len(paths))])
        first = None
        fits = (lambda z: z >= DEFOCUSED_FROM) if defocused else (lambda z: z <= FOCUSED_UP_TO)
        views = [k for k, dof in enumerate(dofs) if fits(abs(dof))]
        if not views:
            continue
        whole = planes[views[rng.integers(len(views))]]
        if whole_tiles:
            window = round(side * math.exp(rng.uniform(*np.log(TILE_REDUCTION))))
        else:
            reduction = rng.uniform(1, 2) if rng.random() < 0.25 else 1
            window = min(whole.shape[0], round(side * reduction))
        places = []
        for _ in range(PLACES):
            x, y = rng.integers(0, max(0, whole.shape[0] - window) + 1, 2)
            place = cut(whole[None], x, y, window)[0] / SCALE
            found = structure(place * COUNTS)
            if not is_blank(found):
                places.append((found[0], place))
        if not places:
            continue
        places.sort(key=lambda one: -one[0])
        plane = places[rng.integers(min(PLACES // 2, len(places)))][1]
        sample = whole[::7, ::7] / SCALE
        response = draw_response(rng, sample.mean(), sample.std())
        plane = response(add_noise(plane, draw_noise(rng, 0.25), draw_deviates(rng, plane.shape)))
        plane = dihedral(plane, int(rng.integers(8)))
        sample = response(sample)
        return network_input(resize(plane, side), sample.mean(), sample.std(), rng)


def network_input(plane, mean, sd, rng=None):
    value = (plane - mean) / (sd or 1)
    tint = np.ones(3)
    if rng is not None:
        place = np.arange(plane.shape[0]) / plane.shape[0] - 0.5
        slope = rng.standard_normal(2) * 0.15
        gain = math.exp(rng.uniform(math.log(0.6), math.log(1.7)))
        value = value * gain + rng.standard_normal() * 0.15 + slope[0] * place + slope[1] * place[:, None]
        if rng.random() < 0.25:
            tint = rng.uniform(0.7, 1.3, 3)
    return (value[None] * tint[:, None, None]).astype(np.float32)


def judging_window(whole):
    """The 134-px window that the daemon would look at in a tile as large as the item (src/focus/judging-window.ts)."""
    side = whole.shape[0]
    count = side // 134
    places = [round(k * (side - 134) / (count - 1)) for k in range(count)]
    windows = [whole[y : y + 134, x : x + 134] for y in places for x in places]
    found = sorted(((structure(w * COUNTS), w) for w in windows), key=lambda one: -one[0][0])
    telling = [one for one in found if not is_blank(one[0])] or found
    return telling[(len(telling) - 1) // 4][1]


def resize(plane, size):
    """Bilinear at pixel centres without a filter, as src/frames/resample.ts."""
    side = plane.shape[0]
    if side == size:
        return plane
    at = np.clip((np.arange(size) + 0.5) * side / size - 0.5, 0, side - 1)
    low = np.floor(at).astype(int)
    high = np.minimum(side - 1, low + 1)
    share = at - low
    rows = plane[low] * (1 - share)[:, None] + plane[high] * share[:, None]
    return rows[:, low] * (1 - share) + rows[:, high] * share
