#!/usr/bin/env python3
"""Writes a trained badge net as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from badges.model import BadgeNet
from badges.samples import MAKES
from badges.train import AREA
from half import export


if __name__ == "__main__":
    export(__doc__, BadgeNet(len(MAKES)), lambda net, pictures: torch.softmax(net(pictures), 1), AREA[::-1], ["pictures"], ["makes"])
