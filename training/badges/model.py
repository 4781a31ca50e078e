"""The badge net: a piece of a vehicle to what each cell of 8 × 8 px is the middle of, a maker's badge or nothing.

    logits = net(pictures)   # float [n, 3, h, w], BGR, 0..1, sides multiples of 8 -> [n, 1 + makes, h / 8, w / 8], 0 is nothing
"""
import torch
from torch import nn
from torch.nn import functional as F


def conv(inputs, outputs, stride=1, dilation=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, dilation, dilation=dilation, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True))


class Residual(nn.Module):
    def __init__(self, width, dilation=1):
        super().__init__()
        self.first = conv(width, width)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, 1, dilation, dilation=dilation, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return F.relu(x + self.second(self.first(x)))


class BadgeNet(nn.Module):
    def __init__(self, makes):
        super().__init__()
        self.body = nn.Sequential(conv(3, 16, 2), conv(16, 28, 2), Residual(28), conv(28, 56, 2), Residual(56), Residual(56), Residual(56, 2))
        self.head = nn.Conv2d(56, 1 + makes, 1)
        nn.init.zeros_(self.head.bias)
        with torch.no_grad():
            self.head.bias[0] = 5.0

    def forward(self, x):
        return self.head(self.body(x))
