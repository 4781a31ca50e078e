#!/usr/bin/env python3
"""Trains the plate finder from nothing.

usage: train.py OUT.pt [--minutes 60] [--batch 16] [--rate 2e-3] [--from CHECKPOINT] [--seed 1]

Needs `scripts/bootstrap training`, the photographs (GLASSHOUSE_DATA) and a pool of rendered plates (training/pool.py 0 40). Every 1,000 steps the
averaged weights go to OUT.pt, and what they find in the held-out road frames and pictures without plates is printed.
"""
import argparse
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
from finder.dataset import Scenes, quad_of, road_frames
from finder.model import STRIDE, UNIT_PX, PlateFinder
from splits import negatives


def normalized(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)


def focal(logits, target, weight):
    """CenterNet's focal loss for a bell-shaped target, a sum over cells divided by the number of plates."""
    p = torch.sigmoid(logits).clamp(1e-5, 1 - 1e-5)
    at_center = target > 0.999
    positive = -(torch.log(p) * (1 - p) ** 2)[at_center]
    negative = -(torch.log(1 - p) * p ** 2 * (1 - target) ** 4 * weight)[~at_center]
    return (positive.sum() + negative.sum()) / max(1.0, float(at_center.sum()))


def find(net, picture, threshold):
    """[(score, corners [4, 2])] in pixels of the picture, whose sides are multiples of 32."""
    with torch.no_grad():
        logits, offsets = net(normalized(picture[None]))
    score = torch.sigmoid(logits)[0, 0]
    peak = (F.max_pool2d(score[None, None], 3, 1, 1)[0, 0] == score) & (score > threshold)
    found = []
    for y, x in peak.nonzero().tolist():
        corners = offsets[0, :, y, x].numpy().reshape(4, 2) * UNIT_PX + np.float32([x + 0.5, y + 0.5]) * STRIDE
        found.append((float(score[y, x]), corners))
    return sorted(found, key=lambda f: -f[0])


def box_overlap(a, b):
    ax0, ay0, ax1, ay1 = *a.min(0), *a.max(0)
    bx0, by0, bx1, by1 = *b.min(0), *b.max(0)
    shared = max(0, min(ax1, bx1) - max(ax0, bx0)) * max(0, min(ay1, by1) - max(ay0, by0))
    return shared / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared + 1e-6)


def validation():
    """Road frames at 640 px with boxes of plates at least 14 px wide there, and pictures without plates at most 640 px wide."""
    roads = []
    for picture, boxes in road_frames(training=False):
        scale = 640 / picture.shape[1]
        small = cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
        roads.append((cv2.copyMakeBorder(small, 0, 24, 0, 0, cv2.BORDER_CONSTANT), [quad_of(b * scale) for b in boxes if b[2] * scale >= 14]))
    plain = []
    for path in negatives(training=False)[:150]:
        picture = cv2.imread(path)
        if picture is not None:
            scale = min(1, 640 / max(picture.shape[:2]))
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            plain.append(cv2.copyMakeBorder(small, 0, -small.shape[0] % 32, 0, -small.shape[1] % 32, cv2.BORDER_CONSTANT))
    return roads, plain


def report(net, sets):
    roads, plain = sets
    found = total = 0
    overlaps = []
    for picture, quads in roads:
        plates = find(net, picture, 0.3)
        for quad in quads:
            best = max((box_overlap(quad, c) for _, c in plates), default=0)
            total += 1
            found += best >= 0.3
            overlaps.append(best)
    wrong = sum(bool(find(net, picture, 0.5)) for picture in plain)
    return f"road plates found {found}/{total}, mean overlap {np.mean(overlaps):.2f}; pictures without plates with a finding {wrong}/{len(plain)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--from", dest="start", help="a checkpoint of this program")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    net = PlateFinder().to(memory_format=torch.channels_last)
    if options.start:
        net.load_state_dict(torch.load(options.start))
    averaged = copy.deepcopy(net).eval()
    fast = "avx512_bf16" in open("/proc/cpuinfo").read()
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.02)
    loader = torch.utils.data.DataLoader(Scenes(options.batch, options.seed), batch_size=None, num_workers=1, prefetch_factor=16)
    sets = validation()
    began, step, losses = time.time(), 0, []
    net.train()
    for pictures, *maps in loader:
        share = (time.time() - began) / (60 * options.minutes)
        if share >= 1:
            break
        rate = options.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
        for group in optimizer.param_groups:
            group["lr"] = rate
        score, weight, corners, strength = (torch.from_numpy(np.asarray(m)) for m in maps)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            logits, offsets = net(normalized(pictures))
        found = focal(logits.float()[:, 0], score, weight)
        apart = F.smooth_l1_loss(offsets.float(), corners, reduction="none", beta=0.05).sum(1)
        placed = (apart * strength).sum() / max(1.0, float((strength > 0).sum()))
        loss = found + placed
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimizer.step()
        keep = min(0.998, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, its in zip(averaged.state_dict().values(), net.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.lerp_(its, 1 - keep)
        losses.append((found.item(), placed.item()))
        step += 1
        if step % 100 == 0:
            a, b = np.mean(losses[-100:], 0)
            print(f"step {step}  {time.time() - began:.0f} s  score loss {a:.3f}  corner loss {b:.3f}  rate {rate:.1e}", flush=True)
        if step % 1000 == 0:
            torch.save(averaged.state_dict(), options.out)
            print("   " + report(averaged, sets), flush=True)
    torch.save(averaged.state_dict(), options.out)
    print("final  " + report(averaged, sets))


if __name__ == "__main__":
    main()
