#!/usr/bin/env python3
"""Writes a trained plate reader as ONNX, weights in half precision.  usage: export.py CHECKPOINT.pt OUT.onnx"""
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from half import export
from reader.model import HEIGHT, WIDTH, PlateReader
from reader.train import pp_ocr_path


if __name__ == "__main__":
    export(__doc__, PlateReader.from_pp_ocr(pp_ocr_path()), lambda net, crops: torch.softmax(net(crops), 2), (HEIGHT, WIDTH), ["crops"], ["characters"],
           dynamic_axes={"crops": {0: "n"}, "characters": {0: "n"}})
