#!/usr/bin/env python3
"""Writes a trained net as ONNX, the colours' part of it, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from half import export
from vehicles.camera import SEEN
from vehicles.model import VehicleNet


if __name__ == "__main__":
    export(__doc__, VehicleNet(), lambda net, pictures: torch.softmax(net.split(net(pictures))[0], 1), SEEN[::-1], ["pictures"], ["colors"])
