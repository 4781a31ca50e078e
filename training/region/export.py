#!/usr/bin/env python3
"""Writes a trained namer of regions as ONNX, with its list of regions in the file's metadata.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys
import warnings

import onnx
import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from half import write_half
from region.model import HEIGHT, WIDTH, RegionNamer


class Whole(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, crops):
        return torch.softmax(self.net(crops), 1)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    kept = torch.load(sys.argv[1])
    net = RegionNamer(len(kept["regions"]))
    net.load_state_dict(kept["weights"])
    torch.onnx.export(Whole(net.eval()), torch.zeros(1, 3, HEIGHT, WIDTH), sys.argv[2], opset_version=13, input_names=["crops"], output_names=["regions"])
    write_half(sys.argv[2])
    model = onnx.load(sys.argv[2])
    entry = model.metadata_props.add()
    entry.key, entry.value = "regions", " ".join(kept["regions"])
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
