#!/usr/bin/env python3
"""Draws vehicles into files that train.py learns from.

usage: shards.py FIRST COUNT [--folder DIR]     writes shards FIRST .. FIRST+COUNT-1 that are not there yet, 200 scenes in eight colours each

A shard's number is its seed; half a minute of a core each. The default folder is ${GLASSHOUSE_CACHE:-~/.cache/glasshouse}/training/vehicles. Behind half of
the vehicles stands a piece of a picture without plates (train/negatives, those that training may see), tinted.
"""
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pool import folder_of, write_shards
from splits import negatives
from vehicles.camera import COLORS, as_seen, photograph
from vehicles.drawn import HEIGHT, WIDTH, Scene

SCENES, PAINTS = 200, 8
SHARES = (.17, .15, .14, .14, .10, .09, .07, .04, .05, .025, .025)  # of COLORS
LEAST_PAINT = .12  # of the drawing


def default_folder():
    return folder_of("vehicles")


def backgrounds():
    pictures = (cv2.imread(path) for path in negatives(training=True))
    return [cv2.resize(p, (480, 270), interpolation=cv2.INTER_AREA) for p in pictures if p is not None]


def put_behind(rng, scene, picture):
    behind = ~scene.vehicle & ~(np.arange(HEIGHT)[:, None] > HEIGHT * rng.uniform(.5, 1.1))
    if not behind.any():
        return
    w = int(rng.uniform(60, 300))
    h = w * HEIGHT // WIDTH
    x, y = rng.integers(0, 480 - w + 1), rng.integers(0, max(1, 270 - h + 1))
    piece = cv2.resize(picture[y:y + h, x:x + w], (WIDTH, HEIGHT))[..., ::-1].astype(np.float32) / 255
    green = rng.random() < .25
    light = piece ** 2.2 * (np.array([.8, 1.1, .6], np.float32) if green else np.exp(rng.normal(0, .07, 3)).astype(np.float32))
    light *= np.float32(rng.uniform(.5, 1.5) * scene.base[~scene.vehicle].mean() / (light.mean() + 1e-3))
    scene.base[behind] = light[behind]


def drawn_shard(number, pictures):
    rng = np.random.default_rng([20261129, number])
    seen, whites, colors, bodies, fronts = [], [], [], [], []
    for _ in range(SCENES):
        scene = Scene(rng)
        if scene.paint_share < LEAST_PAINT:
            continue
        if rng.random() < .5:
            put_behind(rng, scene, pictures[rng.integers(len(pictures))])
        for color in rng.choice(len(COLORS), PAINTS, p=SHARES):
            picture, white = photograph(rng, scene, COLORS[color])
            seen.append(as_seen(rng, picture))
            whites.append(white)
            colors.append(color)
            bodies.append(scene.body)
            fronts.append(scene.front)
    return {"seen": np.stack(seen), "white": np.stack(whites), "color": np.array(colors, np.uint8), "body": np.array(bodies, np.uint8), "front": np.array(fronts)}


def main():
    pictures = backgrounds()
    write_shards(__doc__, default_folder(), lambda number: drawn_shard(number, pictures))


if __name__ == "__main__":
    main()
