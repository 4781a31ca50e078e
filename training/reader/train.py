#!/usr/bin/env python3
"""Trains the plate reader further from PP-OCRv4's published weights.

usage: train.py OUT.pt [--minutes 90] [--batch 32] [--rate 6e-4] [--from CHECKPOINT.pt|READER.onnx] [--pseudo-labels FILE] [--seed 1]
                [--fast 0.45]

Needs `scripts/bootstrap training`, the photographs (GLASSHOUSE_DATA) and a pool of rendered plates (training/pool.py 0 40). Progress
goes to standard output; the averaged weights to OUT.pt every 500 steps. The schedule (one warm-up, one cosine) is over the minutes given.

The weights of 5x5 depthwise convolutions stay as published: their gradient costs more on a CPU than the rest and they are one part in a
hundred of the weights. Where the processor has bfloat16 the convolutions run in it.
"""
import argparse
import copy
import math
import os
import sys
import time

import numpy as np
import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from reader.dataset import Samples, normalized, validation_sets
from reader.model import ALPHABET, STEPS, PlateReader
from reader.weights import weights_of

INDEX = {c: i + 1 for i, c in enumerate(ALPHABET)}


def pp_ocr_path():
    cache = os.environ.get("GLASSHOUSE_CACHE", os.path.expanduser("~/.cache/glasshouse"))
    return os.path.join(cache, "models", "en_PP-OCRv4_rec.onnx")


def decode(logits):
    texts = []
    for row in logits.argmax(2).tolist():
        text, last = "", 0
        for k in row:
            if k and k != last:
                text += ALPHABET[k - 1]
            last = k
        texts.append(text)
    return texts


def accuracy(net, crops, texts):
    right = 0
    with torch.no_grad():
        for i in range(0, len(crops), 32):
            right += sum(a == b for a, b in zip(decode(net(normalized(crops[i:i + 32]))), texts[i:i + 32]))
    return right / len(texts)


class Float32Norm(torch.nn.LayerNorm):
    def forward(self, x):
        with torch.autocast("cpu", enabled=False):
            return super().forward(x.float())


def prepare(net):
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d) and module.groups > 1 and module.kernel_size == (5, 5):
            module.weight.requires_grad_(False)
            module.bias.requires_grad_(False)
        if isinstance(module, torch.nn.LayerNorm):
            module.__class__ = Float32Norm
    return net.to(memory_format=torch.channels_last)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--from", dest="start", help="a checkpoint of this program, or the reader that export.py made of one")
    parser.add_argument("--pseudo-labels")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fast", type=float, default=0.0, help="how many of the plates moved fast or went through a thin line")
    parser.add_argument("--pp-ocr", default=pp_ocr_path(), help="the published weights")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    net = prepare(PlateReader.from_pp_ocr(options.pp_ocr))
    if options.start:
        net.load_state_dict(weights_of(options.start))
    averaged = copy.deepcopy(net).eval()
    fast = "avx512_bf16" in open("/proc/cpuinfo").read()
    fresh = [p for n, p in net.named_parameters() if p.requires_grad and not n.startswith("backbone")]
    old = [p for n, p in net.named_parameters() if p.requires_grad and n.startswith("backbone")]
    optimizer = torch.optim.AdamW([{"params": fresh, "scale": 1.0}, {"params": old, "scale": 0.5}], lr=options.rate, weight_decay=0.01)
    ctc = torch.nn.CTCLoss(zero_infinity=True)
    loader = torch.utils.data.DataLoader(Samples(options.batch, options.seed, options.pseudo_labels, fast_share=options.fast), batch_size=None, num_workers=1, prefetch_factor=16)
    sets = validation_sets()
    began, step, losses = time.time(), 0, []
    net.train()
    for crops, texts in loader:
        share = (time.time() - began) / (60 * options.minutes)
        if share >= 1:
            break
        rate = options.rate * min(1, (step + 1) / 150) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            logits = net(normalized(crops))
        targets = torch.tensor([INDEX[c] for text in texts for c in text], dtype=torch.long)
        lengths = torch.tensor([len(text) for text in texts], dtype=torch.long)
        loss = ctc(logits.float().log_softmax(2).transpose(0, 1), targets, torch.full((len(texts),), STEPS, dtype=torch.long), lengths)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
        keep = min(0.998, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, its in zip(averaged.parameters(), net.parameters()):
                mine.lerp_(its, 1 - keep)
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            print(f"step {step}  {time.time() - began:.0f} s  loss {np.mean(losses[-100:]):.3f}  rate {rate:.1e}", flush=True)
        if step % 500 == 0:
            torch.save(averaged.state_dict(), options.out)
            print("   " + "  ".join(f"{name} {accuracy(averaged, *data):.3f}" for name, data in sets.items()), flush=True)
    torch.save(averaged.state_dict(), options.out)
    print("final  " + "  ".join(f"{name} {accuracy(averaged, *data):.4f}" for name, data in sets.items()))


if __name__ == "__main__":
    main()
