"""Which state or country a plate is from, by its layout, its colours and what print on it can be made out.

    net = RegionNamer(len(regions))
    logits = net(crops)      # crops: float [n, 3, HEIGHT, WIDTH], BGR, (x / 255 - 0.5) / 0.5, cut as for the reader; logits: [n, regions]
"""
import torch
from torch import nn

HEIGHT, WIDTH = 64, 128  # px


def conv(inputs, outputs, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True))


class RegionNamer(nn.Module):
    def __init__(self, regions):
        super().__init__()
        self.features = nn.Sequential(conv(3, 24, 2), conv(24, 32), conv(32, 48, 2), conv(48, 48), conv(48, 80, 2), conv(80, 80), conv(80, 128, 2), conv(128, 128))
        # What stands where matters (a name at the top, a band at the left): four by four places are kept apart before they are pooled.
        self.places = nn.Sequential(nn.AdaptiveAvgPool2d((4, 4)), nn.Flatten(), nn.Dropout(0.3), nn.Linear(128 * 16, 128), nn.ReLU(True), nn.Dropout(0.2))
        self.names = nn.Linear(128, regions)

    def forward(self, crops):
        return self.names(self.places(self.features(crops)))
