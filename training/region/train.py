#!/usr/bin/env python3
"""Trains the namer of regions on rendered plates.

usage: train.py OUT.pt [--minutes 25] [--batch 64] [--rate 2e-3] [--seed 1]

Needs what the reader's training needs. The list of regions is that of the pool, every region with at least LEAST_PLATES plates; it is kept in the
checkpoint. Every 500 steps the averaged weights are written and their accuracy on the pool's held-out shards is printed.
"""
import argparse
import collections
import copy
import math
import os
import sys
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from data import negatives, warp
from plates.degrade import degrade
from pool import Pool
from reader.dataset import MARGIN, VALIDATION_SHARDS, Surround, as_far_away, normalized, shaky_corners
from region.model import HEIGHT, WIDTH, RegionNamer

LEAST_PLATES = 60


def regions_of(pool):
    counts = collections.Counter(region for shard in pool.shards for region in shard[3])
    return sorted(region for region, n in counts.items() if n >= LEAST_PLATES)


def crop_of(rng, picture, surround):
    if rng.random() < 0.6:
        picture = as_far_away(rng, picture)
    h, w = picture.shape[:2]
    canvas, (dx, dy) = surround.around(rng, picture)
    crop = warp(canvas, shaky_corners(rng, w, h, 1.0) + np.float32([dx, dy]), (WIDTH, HEIGHT), MARGIN)
    # Colour casts and grey pictures: a state must not hang on one tint.
    if rng.random() < 0.12:
        crop = cv2.cvtColor(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    return degrade(rng, crop)


class Samples(torch.utils.data.IterableDataset):
    """Endless batches: (crops uint8 [n, H, W, 3], indices of regions)."""

    def __init__(self, batch, seed, regions):
        self.batch, self.seed, self.index = batch, seed, {r: i for i, r in enumerate(regions)}

    def __iter__(self):
        cv2.setNumThreads(1)
        rng = np.random.default_rng([self.seed, 5])
        pool = Pool(skip=lambda number: number < VALIDATION_SHARDS)
        surround = Surround(negatives(training=True))
        of_region = collections.defaultdict(list)
        for s, shard in enumerate(pool.shards):
            for i, region in enumerate(shard[3]):
                if region in self.index:
                    of_region[region].append(s * len(shard[3]) + i)
        names = sorted(of_region)
        # Rare regions are seen more often than they are drawn, frequent ones less: the square root of the counts.
        shares = np.sqrt([len(of_region[n]) for n in names])
        shares /= shares.sum()
        while True:
            chosen = rng.choice(len(names), self.batch, p=shares)
            crops = [crop_of(rng, pool[of_region[names[c]][rng.integers(len(of_region[names[c]]))]][0], surround) for c in chosen]
            yield np.stack(crops), np.array([self.index[names[c]] for c in chosen])


def validation_set(regions):
    rng = np.random.default_rng(11)
    pool = Pool(skip=lambda number: number >= VALIDATION_SHARDS)
    surround = Surround([])
    index = {r: i for i, r in enumerate(regions)}
    crops, answers = [], []
    for i in range(0, len(pool), 2):
        picture, _, region, _ = pool[i]
        if region in index:
            crops.append(crop_of(rng, picture, surround))
            answers.append(index[region])
    return np.stack(crops), np.array(answers)


def report(net, regions, crops, answers):
    with torch.no_grad():
        p = torch.cat([torch.softmax(net(normalized(crops[i:i + 64])), 1) for i in range(0, len(crops), 64)]).numpy()
    right = p.argmax(1) == answers
    us = np.array([regions[a].startswith("us-") for a in answers])
    sure = p.max(1) > 0.8
    return f"right {right.mean():.3f}, of US plates {right[us].mean():.3f}; over 0.8 sure {sure.mean():.2f} of them, then right {right[sure].mean():.3f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    regions = regions_of(Pool())
    print(f"{len(regions)} regions: {' '.join(regions)}", flush=True)
    net = RegionNamer(len(regions)).to(memory_format=torch.channels_last)
    averaged = copy.deepcopy(net).eval()
    fast = "avx512_bf16" in open("/proc/cpuinfo").read()
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.05)
    loader = torch.utils.data.DataLoader(Samples(options.batch, options.seed, regions), batch_size=None, num_workers=1, prefetch_factor=8)
    held_out = validation_set(regions)
    began, step, losses = time.time(), 0, []
    net.train()
    for crops, answers in loader:
        share = (time.time() - began) / (60 * options.minutes)
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            logits = net(normalized(crops))
        loss = F.cross_entropy(logits.float(), torch.as_tensor(answers), label_smoothing=0.05)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        keep = min(0.998, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, its in zip(averaged.state_dict().values(), net.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.lerp_(its, 1 - keep)
        losses.append(loss.item())
        step += 1
        if step % 100 == 0:
            print(f"step {step}  {time.time() - began:.0f} s  loss {np.mean(losses[-100:]):.3f}", flush=True)
        if step % 500 == 0:
            torch.save({"regions": regions, "weights": averaged.state_dict()}, options.out)
            print("   " + report(averaged, regions, *held_out), flush=True)
    torch.save({"regions": regions, "weights": averaged.state_dict()}, options.out)
    print("final  " + report(averaged, regions, *held_out))


if __name__ == "__main__":
    main()
