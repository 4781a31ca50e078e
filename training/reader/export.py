#!/usr/bin/env python3
"""Writes a trained plate reader as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys
import warnings

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from half import write_half
from reader.model import HEIGHT, WIDTH, PlateReader
from reader.train import pp_ocr_path


class Whole(torch.nn.Module):
    """With the softmax inside, as the C++ reads it."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, crops):
        return torch.softmax(self.net(crops), 2)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    warnings.filterwarnings("ignore")
    net = PlateReader.from_pp_ocr(pp_ocr_path())
    net.load_state_dict(torch.load(sys.argv[1]))
    torch.onnx.export(Whole(net.eval()), torch.zeros(1, 3, HEIGHT, WIDTH), sys.argv[2], opset_version=14, input_names=["crops"], output_names=["characters"],
                      dynamic_axes={"crops": {0: "n"}, "characters": {0: "n"}})
    write_half(sys.argv[2])


if __name__ == "__main__":
    main()
