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
        return x + self.change(y)


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


PARAMETERS = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def _place(name):
    """dec0_conv1/kernel -> dec0.conv1.weight"""
    layer, kind = name.rsplit("/", 1)
    return f"{layer.replace('_', '.')}.{PARAMETERS[kind]}", kind


def load(network, tensors):
    state = network.state_dict()
    for name, _, values in tensors:
        key, kind = _place(name)
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
    result = []
    for name, shape, _ in tensors:
        key, kind = _place(name)
        tensor = state[key].detach().float()
        if kind == "kernel":
            tensor = tensor.permute(2, 3, 1, 0) if tensor.dim() == 4 else tensor.T
        result.append((name, shape, np.ascontiguousarray(tensor.numpy())))
    return result
