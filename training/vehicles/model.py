"""A small net from the picture of a vehicle to its colour; while it learns it also tells body and view, which makes it look at the vehicle."""
import torch
from torch import nn

from vehicles.camera import COLORS
from vehicles.shapes import BODIES

VIEWS = 2


def block(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class VehicleNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(block(3, 16), block(16, 24, 2), block(24, 32), block(32, 48, 2), block(48, 64), block(64, 96, 2), block(96, 96))
        self.drop = nn.Dropout(.2)
        self.answers = nn.Linear(96 * 6, len(COLORS) + len(BODIES) + VIEWS)

    def forward(self, pictures):
        f = self.features(pictures)
        rows = f.shape[2] // 4  # of each of four bands, from the top
        bands = torch.cat([f[:, :, i * rows:(i + 1) * rows].mean((2, 3)) for i in range(4)], 1)
        return self.answers(self.drop(torch.cat([f.mean((2, 3)), f.amax((2, 3)), bands], 1)))

    def split(self, answers):
        return answers.split([len(COLORS), len(BODIES), VIEWS], 1)
