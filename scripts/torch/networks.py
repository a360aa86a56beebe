"""The networks of src/train/architectures in PyTorch, with the layers named as there, so that weights go to and fro by name."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = (16, 32, 64, 128, 256)
# tfjs' batch normalisation: epsilon 1e-3, and the momentum of resunet-lite.ts (0.95 there is 0.05 here).
NORM = {"eps": 1e-3, "momentum": 0.05}


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs, **NORM)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs, **NORM)
        self.conv0 = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(self.conv0(x) + y)


class ResunetLite(nn.Module):
    """[n, 1, h, w] standardised pixels of a defocused frame -> the same of the focused one."""

    def __init__(self):
        super().__init__()
        self.entrance = nn.Conv2d(1, WIDTHS[0], 2, 2)
        for level, width in enumerate(WIDTHS):
            if level > 0:
                self.add_module(f"down{level}", nn.Conv2d(WIDTHS[level - 1], width, 2, 2))
            self.add_module(f"enc{level}", ResidualBlock(width, width))
        for level in range(len(WIDTHS) - 2, -1, -1):
            width = WIDTHS[level]
            self.add_module(f"up{level}", nn.ConvTranspose2d(WIDTHS[level + 1], width, 2, 2))
            self.add_module(f"dec{level}", ResidualBlock(2 * width, width))
        self.change = nn.ConvTranspose2d(WIDTHS[0], 1, 2, 2)
        self.base = nn.Identity()

    def forward(self, x):
        skips = []
        y = self.entrance(x)
        for level in range(len(WIDTHS)):
            if level > 0:
                skips.append(y)
                y = self.get_submodule(f"down{level}")(y)
            y = self.get_submodule(f"enc{level}")(y)
        for level in range(len(WIDTHS) - 2, -1, -1):
            y = torch.cat([self.get_submodule(f"up{level}")(y), skips[level]], 1)
            y = self.get_submodule(f"dec{level}")(y)
        return self.base(x) + self.change(y)


class ResunetGuided(ResunetLite):
    """[n, 2, h, w], the frame and what the optics alone make of it -> [n, 1, h, w]"""

    def __init__(self):
        super().__init__()
        self.entrance = nn.Conv2d(2, WIDTHS[0], 2, 2)
        self.base = nn.Conv2d(2, 1, 1, bias=False)


class Sdcnn(nn.Module):
    """[n, 3, h, w] standardised pixels -> [n, 2] logits of focused and defocused."""

    def __init__(self):
        super().__init__()
        channels = (3, 64, 64, 128, 128, 256, 256)
        for k, name in enumerate(("conv1a", "conv1b", "conv2a", "conv2b", "conv3a", "conv3b")):
            self.add_module(name, nn.Conv2d(channels[k], channels[k + 1], 3))
        self.dense1 = nn.Linear(256, 512)
        self.add_module("class", nn.Linear(512, 2))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1b(F.relu(self.conv1a(x)))), 3)
        x = F.max_pool2d(F.relu(self.conv2b(F.relu(self.conv2a(x)))), 3)
        x = F.relu(self.conv3b(F.relu(self.conv3a(x)))).mean((2, 3))
        return self.get_submodule("class")(F.relu(self.dense1(x)))


class Unit(nn.Module):
    """A bottleneck of ResNet with identity mappings; `first` has its input activated already."""

    def __init__(self, inputs, width, stride, changes, first):
        super().__init__()
        self.stride, self.first = stride, first
        if not first:
            self.pre_norm = nn.BatchNorm2d(inputs, **NORM)
        if changes:
            self.conv0 = nn.Conv2d(inputs, 4 * width, 1, bias=False)
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.mid1_norm = nn.BatchNorm2d(width, **NORM)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.mid2_norm = nn.BatchNorm2d(width, **NORM)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)

    def forward(self, x):
        before = x if self.first else F.relu(self.pre_norm(x))
        shortcut = self.conv0(before[:, :, :: self.stride, :: self.stride]) if hasattr(self, "conv0") else x
        y = self.conv2(F.relu(self.mid1_norm(self.conv1(before))))
        return shortcut + self.conv3(F.relu(self.mid2_norm(y)))


class Resnet50v2(nn.Module):
    """[n, 3, h, w] standardised pixels -> [n, 2] logits of focused and defocused."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, padding=3, bias=False)
        self.conv1_norm = nn.BatchNorm2d(64, **NORM)
        self.units = []
        inputs = 64
        for stage, (count, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
            for k in range(count):
                stride = 2 if stage > 0 and k == 0 else 1
                name = f"stage{stage + 2}u{k + 1}"
                self.add_module(name, Unit(inputs, width, stride, k == 0, stage + k == 0))
                self.units.append(name)
                inputs = 4 * width
        self.last_norm = nn.BatchNorm2d(inputs, **NORM)
        self.add_module("class", nn.Linear(inputs, 2))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1_norm(self.conv1(x))), 3, 2, padding=1)
        for name in self.units:
            x = self.get_submodule(name)(x)
        return self.get_submodule("class")(F.relu(self.last_norm(x)).mean((2, 3)))


class ScalarInstanceNorm(nn.Module):
    """Over the whole tensor of each example, with one scale and one shift; epsilon is added to the standard deviation."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        variance, mean = torch.var_mean(x.float(), (1, 2, 3), correction=0, keepdim=True)
        scale = self.weight / (variance.clamp_min(1e-12).sqrt() + 1e-3)
        return (x - mean.to(x.dtype)) * scale.to(x.dtype) + self.bias.to(x.dtype)


class Block(nn.Module):
    """Two valid 3 x 3 convolutions, each behind norm and activation (the very first behind a norm only), beside a shortcut or not."""

    def __init__(self, inputs, outputs, residual, rectified=True):
        super().__init__()
        self.rectified = rectified
        self.norm1, self.norm2 = ScalarInstanceNorm(), ScalarInstanceNorm()
        self.conv1 = nn.Conv2d(inputs, outputs, 3)
        self.conv2 = nn.Conv2d(outputs, outputs, 3)
        if residual:
            self.conv0 = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        y = self.norm1(x)
        y = self.conv2(F.relu(self.norm2(self.conv1(F.relu(y) if self.rectified else y))))
        return y + self.conv0(x[:, :, 2:-2, 2:-2]) if hasattr(self, "conv0") else y


class Resunet(nn.Module):
    """[n, 1, h, w] standardised pixels -> the same of the focused frame; h and w are 388 or others of 16 k + 4."""

    def __init__(self, residual=True, widths=(64, 128, 256, 512, 1024)):
        super().__init__()
        self.levels = len(widths)
        for level, width in enumerate(widths):
            inputs = 1 if level == 0 else widths[level - 1]
            self.add_module(f"enc{level}", Block(inputs, width, residual, rectified=level > 0))
        for level in range(self.levels - 2, -1, -1):
            self.add_module(f"up{level}", nn.ConvTranspose2d(widths[level + 1], widths[level], 2, 2))
            self.add_module(f"dec{level}", Block(2 * widths[level], widths[level], residual))
        self.grey = nn.Conv2d(widths[0], 1, 1)

    def forward(self, x):
        y = symmetric_pad(x * GREY_SCALE + GREY_OFFSET, 92)
        skips = []
        for level in range(self.levels):
            if level > 0:
                skips.append(y)
                y = F.max_pool2d(y, 2)
            y = self.get_submodule(f"enc{level}")(y)
        for level in range(self.levels - 2, -1, -1):
            up = self.get_submodule(f"up{level}")(y)
            off = (skips[level].shape[-1] - up.shape[-1]) // 2
            skip = skips[level][:, :, off : off + up.shape[-2], off : off + up.shape[-1]]
            y = self.get_submodule(f"dec{level}")(torch.cat([skip, up], 1))
        y = self.grey(y).float()
        if not self.training:
            y = y.clamp(0, 255)
        return (y - GREY_OFFSET) / GREY_SCALE


# As in src/train/architectures/resunet.ts.
GREY_SCALE, GREY_OFFSET = 10.0, 110.0


def symmetric_pad(x, pad):
    def places(side):
        k = torch.arange(-pad, side + pad) % (2 * side)
        return torch.minimum(k, 2 * side - 1 - k)

    return x[:, :, places(x.shape[2])][:, :, :, places(x.shape[3])]


ARCHITECTURES = {
    "sdcnn": Sdcnn,
    "sdcnn-tiles": Sdcnn,
    "resnet50v2": Resnet50v2,
    "resunet-lite": ResunetLite,
    "resunet-guided": ResunetGuided,
    "resunet": Resunet,
    "unet": lambda: Resunet(residual=False),
    "resunet-quarter": lambda: Resunet(widths=WIDTHS),
    "unet-quarter": lambda: Resunet(residual=False, widths=WIDTHS),
}

PARAMETERS = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def _places(network):
    """How tfjs calls a layer -> how PyTorch does: dec0_conv1 -> dec0.conv1"""
    return {path.replace(".", "_"): path for path, _ in network.named_modules()}


def _place(places, name):
    """dec0_conv1/kernel -> dec0.conv1.weight"""
    layer, kind = name.rsplit("/", 1)
    return f"{places[layer]}.{PARAMETERS[kind]}", kind


def load(network, tensors):
    state = network.state_dict()
    places = _places(network)
    for name, _, values in tensors:
        key, kind = _place(places, name)
        tensor = torch.from_numpy(values)
        if kind == "kernel":
            tensor = tensor.permute(3, 2, 0, 1) if tensor.dim() == 4 else tensor.T
        if state[key].shape != tensor.shape:
            raise ValueError(f"{name} is {tuple(tensor.shape)}, the network has {tuple(state[key].shape)}")
        state[key] = tensor.contiguous()
    network.load_state_dict(state)


def dump(network, tensors):
    """The network's weights under the names, and in the order and layout, of `tensors`."""
    state = network.state_dict()
    places = _places(network)
    result = []
    for name, shape, _ in tensors:
        key, kind = _place(places, name)
        tensor = state[key].detach().float()
        if kind == "kernel":
            tensor = tensor.permute(2, 3, 1, 0) if tensor.dim() == 4 else tensor.T
        result.append((name, shape, np.ascontiguousarray(tensor.numpy())))
    return result
