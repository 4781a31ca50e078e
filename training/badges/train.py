#!/usr/bin/env python3
"""Trains the badge net on badges that it draws itself.

usage: train.py OUT.pt [--minutes 45] [--batch 64] [--rate 3e-3] [--from CHECKPOINT.pt|NET.onnx [--new MAKE,MAKE]] [--seed 1]
       train.py --check CHECKPOINT.pt    only what it says of pictures that are held out: kLeastSure in src/vision/badge.cc is chosen by that

Needs `scripts/bootstrap training` and the photographs (GLASSHOUSE_DATA); the outlines are fetched at the first call. Every 500 steps the averaged
weights go to OUT.pt, and every 1,000 what they say of what is held out is printed: of drawn badges on other road frames, of pictures without plates, and of
the real vehicles of training/looks/labels.tsv, whose badges are in no training sample.
"""
import argparse
import copy
import csv
import math
import os
import sys
import time

import cv2
import numpy as np
import torch
from torch.nn import functional as F

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from badges.model import BadgeNet
from badges.start import started
from badges.samples import IGNORE, MAKES, MM_PX, PLATE_MM, STRIDE, Samples
from splits import data_folder, negatives

AREA = 192, 256        # px, what is looked at around a plate
BELOW_PX = 8           # of these below the plate's middle
ASIDE_PX = 60          # a badge's middle is no further aside of the plate's
LOOKS_MM_PX = MM_PX, 2.5  # it is looked at twice, the second time from nearer, and what is said is averaged
LIMITS = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95)


def normalized(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)


def area_around(picture, plate_px, mm_px, plate_mm=PLATE_MM):
    """What the net is shown of a picture: above the plate's middle."""
    x, y, w, h = plate_px
    grow = plate_mm / w / mm_px
    if grow < 0.7:
        picture = cv2.resize(picture, None, fx=grow, fy=grow, interpolation=cv2.INTER_AREA)
        x, y, w, h = (v * grow for v in (x, y, w, h))
        grow = 1.0
    move = np.float64([[grow, 0, AREA[0] / 2 - (x + w / 2) * grow], [0, grow, AREA[1] - BELOW_PX - (y + h / 2) * grow]])
    return cv2.warpAffine(picture, move, AREA, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def looks_around(picture, plate_px):
    return [area_around(picture, plate_px, mm_px) for mm_px in LOOKS_MM_PX]


def looks_of(piece):
    """A drawn piece, and the same from nearer."""
    side, grow = len(piece), LOOKS_MM_PX[0] / LOOKS_MM_PX[1]
    shift = (1 - grow) * side / 2
    return [piece, cv2.warpAffine(piece, np.float64([[grow, 0, shift], [0, grow, shift]]), (side, side), borderMode=cv2.BORDER_REPLICATE)]


def said(net, looks):
    """(confidence, make): of each make the surest cell that is near enough the plate's middle, averaged over the looks."""
    with torch.no_grad():
        chance = torch.softmax(net(normalized(np.stack(looks))), 1)[:, 1:].numpy()
    columns = (np.arange(chance.shape[3]) + 0.5) * STRIDE - looks[0].shape[1] / 2
    sure = chance[..., np.abs(columns) <= ASIDE_PX].max((2, 3)).mean(0)
    return float(sure.max()), MAKES[int(sure.argmax())]


def real_vehicles():
    """(looks, make) of our labelled vehicles, each in up to three frames."""
    with open(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "looks", "labels.tsv"), encoding="utf-8") as source:
        rows = [r for r in csv.DictReader(source, delimiter="\t") if r["make"].lower() in MAKES]
    areas, seen = [], {}
    for row in sorted(rows, key=lambda r: -int(r["plate_w"])):
        seen[row["vehicle"]] = seen.get(row["vehicle"], 0) + 1
        if seen[row["vehicle"]] <= 3:
            picture = cv2.imread(os.path.join(data_folder(), "train", "eu-road", row["file"]))
            areas.append((looks_around(picture, [float(row["plate_" + k]) for k in "xywh"]), row["make"].lower()))
    return areas


def plain_areas():
    rng, areas = np.random.default_rng(5), []
    for path in negatives(training=False):
        picture = cv2.imread(path)
        if picture is not None:
            h, w = picture.shape[:2]
            plate = rng.uniform(60, 140)
            areas.append(looks_around(picture, (rng.uniform(0, w - 60), rng.uniform(0.3, 1) * h, plate, plate / 4.5)))
    return areas


def drawn_pieces(count=512):
    """(looks, make or None) of drawn samples on places that are held out."""
    pictures, labels = [], []
    for some, theirs in Samples(64, 99, training=False):
        pictures.extend(looks_of(piece) for piece in some)
        labels.extend(MAKES[number - 1] if number > 0 else None for number in theirs.max((1, 2)))
        if len(pictures) >= count:
            return list(zip(pictures, labels))


def held_out_sets():
    return real_vehicles(), drawn_pieces(), [(looks, None) for looks in plain_areas()]


def report(net, sets):
    answers = [[(*said(net, looks), make) for looks, make in shown] for shown in sets]
    lines = []
    for limit in LIMITS:
        line = f"from {limit}:"
        for name, them in zip(("vehicles", "drawn", "no plate"), answers):
            given = [a for a in them if a[0] >= limit]
            right, badges = sum(a[1] == a[2] for a in given), sum(a[2] is not None for a in them)
            line += f"  {name}: right {right} of {badges}, wrong {len(given) - right} of {len(them)};"
        lines.append(line)
    return "\n   ".join(lines)


def loss_of(logits, labels):
    """Cross entropy; of what is nothing, mostly what the net takes for something."""
    surprise = F.cross_entropy(logits, labels, ignore_index=IGNORE, reduction="none")
    badge = labels > 0
    nothing = (labels == 0).float()
    count = max(1.0, float(badge.sum()))
    hard = (1 - torch.exp(-surprise)).detach() ** 1.5
    return surprise[badge].sum() / count, 2 * (surprise * hard * nothing).sum() / count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?")
    parser.add_argument("--check")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--from", dest="start", help="a checkpoint of this program, or what export.py made of one")
    parser.add_argument("--new", default="", help="makes that it does not know yet")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    net = BadgeNet(len(MAKES)).to(memory_format=torch.channels_last)
    if options.check:
        net.load_state_dict(torch.load(options.check))
        print("   " + report(net.eval(), held_out_sets()))
        return
    if not options.out:
        parser.error("name a file for what comes of it")
    samples = Samples(options.batch, options.seed)
    if options.start:
        started(net, options.start, [m for m in options.new.split(",") if m], lambda: normalized(next(iter(samples))[0]))
    averaged = copy.deepcopy(net).eval()
    fast = "avx512_bf16" in open("/proc/cpuinfo").read()
    optimizer = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=0.02)
    loader = torch.utils.data.DataLoader(samples, batch_size=None, num_workers=1, prefetch_factor=16)
    sets = None
    began, step, losses = time.time(), 0, []
    net.train()
    for pictures, labels in loader:
        share = (time.time() - began) / (60 * options.minutes)
        if share >= 1:
            break
        rate = options.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-6
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
            logits = net(normalized(pictures))
        badges, nothing = loss_of(logits.float(), torch.as_tensor(labels))
        optimizer.zero_grad(set_to_none=True)
        (badges + nothing).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimizer.step()
        keep = min(0.998, (step + 1) / (step + 10))
        with torch.no_grad():
            for mine, its in zip(averaged.state_dict().values(), net.state_dict().values()):
                if mine.dtype.is_floating_point:
                    mine.lerp_(its, 1 - keep)
        losses.append((badges.item(), nothing.item()))
        step += 1
        if step % 50 == 0:
            a, b = np.mean(losses[-50:], 0)
            print(f"step {step}  {time.time() - began:.0f} s  badge loss {a:.3f}  nothing {b:.3f}  rate {rate:.1e}", flush=True)
        if step % 500 == 0:
            torch.save(averaged.state_dict(), options.out)
        if step % 1000 == 0:
            sets = sets or held_out_sets()
            print("   " + report(averaged, sets), flush=True)
    torch.save(averaged.state_dict(), options.out)
    sets = sets or held_out_sets()
    print("final\n   " + report(averaged, sets))


if __name__ == "__main__":
    main()
