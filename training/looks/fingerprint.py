#!/usr/bin/env python3
"""Makes models/vehicle-fingerprint.bin: which directions of a vehicle's shape tell vehicles apart, and which only pictures.

usage: fingerprint.py READS.jsonl OUT.bin
       fingerprint.py READS.jsonl --check

READS.jsonl: what `glasshouse read --format jsonl --country eu` prints for train/eu-road. What is measured of a vehicle (`measured`, the same as in
src/vision/fingerprint.cc) changes with the moment, the camera and the box. How, is learnt from pictures of one vehicle: the frames of the 87 labelled
ones, and each vehicle found, shown again as a worse camera would, in a box a little off (`seen_worse`). Those changes are divided out (whitening), and of
what is left the 64 directions in which vehicles differ most are kept. A minute of a core; seed fixed.

--check learns from every second labelled vehicle (and what was found besides) and says how often, for a frame of one of the others, the likest of all
other frames of those shows the same vehicle; then with the halves exchanged.

OUT.bin: little-endian floats: the mean of the 228 numbers, then 228 rows of 64.
"""
import collections
import csv
import json
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from looks.measure_sizes import box_around
from splits import data_folder

WIDTH_PX, HEIGHT_PX, COLUMNS, ROWS, DIRECTIONS, COLORS = 72, 60, 6, 5, 6, 3
DIMENSIONS = 64
WORSE = 2       # times that a picture is shown as a worse camera would
RIDGE = 0.05  # of the mean variance: added to all


def blocks(values, columns, rows):
    return cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA).ravel()


def measured(crop):
    """Edges by place and direction, lightness and colour by place: 228 numbers."""
    small = cv2.resize(crop, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2Lab).astype(np.float32)
    light = (lab[..., 0] - lab[..., 0].mean()) / (lab[..., 0].std() + 8)
    smooth = cv2.GaussianBlur(light, (0, 0), 1)
    across, down = cv2.Sobel(smooth, -1, 1, 0), cv2.Sobel(smooth, -1, 0, 1)
    strength, angle = np.hypot(across, down), np.arctan2(down, across) % np.pi
    edges = []
    for k in range(DIRECTIONS):
        apart = np.abs(angle - k * np.pi / DIRECTIONS)
        near = np.clip(1 - np.minimum(apart, np.pi - apart) / (np.pi / DIRECTIONS), 0, None)
        edges.append(blocks((near * strength).astype(np.float32), COLUMNS, ROWS))
    edges = np.sqrt(np.concatenate(edges))
    edges /= np.linalg.norm(edges) + 1e-6
    lightness = np.clip(blocks(light, COLUMNS, ROWS), -2.5, 2.5) / 6
    return np.concatenate([edges, lightness, blocks(lab[..., 1:] - 128, COLORS, COLORS) / 60])


def cut(picture, box):
    x, y, w, h = (int(round(side)) for side in box)
    return picture[max(0, y):y + h, max(0, x):x + w]


def moved(box, rng, most=0.05):
    x, y, w, h = rng.uniform(-most, most, 4)
    return [box[0] + x * box[2], box[1] + y * box[3], box[2] * (1 + w), box[3] * (1 + h)]


def seen_worse(crop, rng):
    """As a worse camera shows it: small, blurred by movement, in other light, noisy, packed hard."""
    h, w = crop.shape[:2]
    scale = min(1, rng.uniform(70, 160) / w)
    worse = cv2.resize(crop, (max(24, int(w * scale)), max(20, int(h * scale))), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.6:
        length = int(rng.integers(2, 6))
        way = np.zeros((length, length), np.float32)
        way[length // 2] = 1 / length
        worse = cv2.filter2D(worse, -1, way.T if rng.random() < 0.3 else way)
    light = 255 * (worse / 255.0) ** rng.uniform(0.6, 1.8) * rng.uniform(0.6, 1.2) * (1 + rng.uniform(-0.06, 0.06, 3))
    worse = np.clip(light + rng.normal(0, rng.uniform(1, 7), worse.shape), 0, 255).astype(np.uint8)
    return cv2.imdecode(cv2.imencode(".jpg", worse, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 70))])[1], cv2.IMREAD_COLOR)


def shown(picture, box, rng, times):
    return [measured(cut(picture, box))] + [measured(seen_worse(cut(picture, moved(box, rng)), rng)) for _ in range(times)]


def vehicles(pictures):
    """{vehicle: what was measured of it}: of labelled ones a list a frame (as it is, then as a worse camera shows it), one after the other."""
    rng, labels, groups = np.random.default_rng(3), collections.defaultdict(list), collections.defaultdict(list)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels.tsv"), encoding="utf-8") as source:
        for row in csv.DictReader(source, delimiter="\t"):
            labels[row["file"]].append((row["vehicle"], [int(row[side]) for side in ("plate_x", "plate_y", "plate_w", "plate_h")]))
    found = 0
    for name, line in sorted(pictures.items()):
        picture = cv2.imread(os.path.join(data_folder(), "train", "eu-road", name))
        taken = []
        for vehicle, plate in labels[name]:
            box = box_around(line["reads"], plate, line["width"], line["height"])
            if box:
                taken.append(box)
                groups[vehicle] += shown(picture, box, rng, WORSE)
        for box in (r["vehicle"]["box"] for r in line["reads"] if "box" in r["vehicle"]):
            if box not in taken:
                found += 1
                groups[f"found {found}"] += shown(picture, box, rng, WORSE)
    return {vehicle: np.array(g) for vehicle, g in groups.items()}


def directions(groups, dimensions=DIMENSIONS):
    middles = np.array([g.mean(0) for g in groups])
    changes = np.concatenate([g - g.mean(0) for g in groups])
    spread = changes.T @ changes / len(changes)
    size, axes = np.linalg.eigh(spread + RIDGE * np.trace(spread) / len(spread) * np.eye(len(spread)))
    white = axes / np.sqrt(size)
    mean = np.concatenate(groups).mean(0)
    apart = (middles - mean) @ white
    _, best = np.linalg.eigh(apart.T @ apart)
    return mean, white @ best[:, ::-1][:, :dimensions]


def check(groups):
    labelled = [v for v in groups if not v.startswith("found")]
    found = [g for v, g in groups.items() if v.startswith("found")]
    right = asked = 0
    for half in (0, 1):
        mean, matrix = directions([groups[v] for v in labelled if int(v) % 2 != half] + found)
        frames = [(v, f) for v in labelled if int(v) % 2 == half for f in groups[v][::1 + WORSE]]
        names = np.array([v for v, _ in frames])
        vectors = (np.array([f for _, f in frames]) - mean) @ matrix
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -2)
        several = np.array([(names == name).sum() > 1 for name in names])
        right += (names[likeness.argmax(1)] == names)[several].sum()
        asked += several.sum()
    print(f"of {asked} frames of vehicles left out of training the likest other frame shows the same vehicle for {100 * right / asked:.1f} %")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    cv2.setNumThreads(1)
    with open(sys.argv[1], encoding="utf-8") as source:
        pictures = {os.path.basename(line["source"]): line for line in map(json.loads, source)}
    groups = vehicles(pictures)
    if sys.argv[2] == "--check":
        return check(groups)
    mean, matrix = directions(list(groups.values()))
    with open(sys.argv[2], "wb") as target:
        target.write(mean.astype("<f4").tobytes() + matrix.astype("<f4").tobytes())
    print(f"{sys.argv[2]}: {len(groups)} vehicles, {sum(map(len, groups.values()))} pictures, {matrix.shape[0]} numbers to {matrix.shape[1]}")


if __name__ == "__main__":
    sys.exit(main())
