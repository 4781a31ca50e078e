"""The plate finder: a picture to the four corners of every plate in it.

A small fully convolutional network with one output cell per STRIDE pixels: how sure it is that a plate's centre lies there, and the
offsets of that plate's corners from the cell's middle (top left, top right, bottom right, bottom left), in units of UNIT_PX. It sees
plates that are 14 to 200 px wide; larger ones it sees in the same picture made smaller (CenterNet's way of finding, arXiv 1904.07850, with corners
instead of sizes).

    scores, corners = net(pictures)   # pictures: float [n, 3, h, w], BGR, 0..1, h and w multiples of 32
    # scores: logits [n, 1, h / 8, w / 8]; corners: [n, 8, h / 8, w / 8]
"""
import torch
from torch import nn
from torch.nn import functional as F

STRIDE = 8
UNIT_PX = 16.0


def conv(inputs, outputs, stride=1, kernel=3, dilation=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, dilation * (kernel // 2), dilation=dilation, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True))


class Residual(nn.Module):
    def __init__(self, width, dilation=1):
        super().__init__()
        self.first = conv(width, width, dilation=dilation)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, dilation, dilation=dilation, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class PlateFinder(nn.Module):
    def __init__(self):
        super().__init__()
        self.at4 = nn.Sequential(conv(3, 16, 2), conv(16, 24, 2))
        self.at8 = nn.Sequential(conv(24, 40, 2), Residual(40))
        self.at16 = nn.Sequential(conv(40, 64, 2), Residual(64), Residual(64))
        self.at32 = nn.Sequential(conv(64, 96, 2), Residual(96), Residual(96, 2))
        self.down32, self.down16 = conv(96, 64, kernel=1), conv(64, 40, kernel=1)
        self.join16, self.join8 = conv(64, 64), conv(40, 40)
        self.scores = nn.Conv2d(40, 1, 1)
        self.corners = nn.Sequential(conv(40, 40), nn.Conv2d(40, 8, 1))
        nn.init.constant_(self.scores.bias, -4.0)

    def forward(self, x):
        at8 = self.at8(self.at4(x))
        at16 = self.at16(at8)
        at32 = self.at32(at16)
        at16 = self.join16(at16 + F.interpolate(self.down32(at32), scale_factor=2.0, mode="nearest"))
        at8 = self.join8(at8 + F.interpolate(self.down16(at16), scale_factor=2.0, mode="nearest"))
        return self.scores(at8), self.corners(at8)
