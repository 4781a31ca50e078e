"""What the plate reader learns from: rendered plates, real Brazilian crops, European crops with pseudo-labels, and pictures without plates.

Every sample is a plate as the finder would hand it over: cut by corners that are a little wrong, with a margin, on some surround.
"""
import os
import random

import cv2
import numpy as np
import torch

from geometry import warp
from plates.degrade import as_from_afar_and_fast, degrade
from pool import VALIDATION_SHARDS, Pool
from reader.model import HEIGHT, WIDTH
from reader.streams import Streams
from splits import labelled_crops, negatives

MARGIN = (0.03, 0.06)  # shares of the plate's width and height, on each side; the C++ reader cuts with the same


def normalized(crops):
    """uint8 [n, H, W, 3] to what the network takes."""
    return torch.from_numpy(np.ascontiguousarray(crops)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def shaky_corners(rng, w, h, strength):
    """The corners of a w x h plate as a finder might give them: shifted, grown, turned and sheared a little, and noise on each."""
    corners = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
    center = corners.mean(0)
    grow = 1 + strength * rng.normal(0, [0.035, 0.06])
    corners = (corners - center) * np.float32(grow) + center + strength * rng.normal(0, [0.02 * w, 0.035 * h]).astype(np.float32)
    angle = strength * rng.normal(0, 1.3) * np.pi / 180 if rng.random() < 0.7 else strength * rng.normal(0, 3.5) * np.pi / 180
    shear = strength * rng.normal(0, 0.04)
    turn = np.float32([[np.cos(angle), np.sin(angle) + shear], [-np.sin(angle), np.cos(angle)]])
    corners = (corners - center) @ turn + center
    return corners + strength * rng.normal(0, 0.02 * h, (4, 2)).astype(np.float32)


class Surround:
    """Pads a plate with something that may lie around it: a plain body colour, a gradient, or a piece of some picture."""

    def __init__(self, pictures):
        self.patches = []
        for path in pictures[:200]:
            picture = cv2.imread(path)
            if picture is not None and min(picture.shape[:2]) >= 160:
                self.patches.append(cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA))

    def patch(self, rng, w, h):
        kind = rng.random()
        if kind < 0.45 or not self.patches:
            base = rng.integers(0, 256, 3) if rng.random() < 0.3 else np.full(3, rng.integers(0, 256))
            ramp = np.linspace(rng.uniform(-40, 40), rng.uniform(-40, 40), h)[:, None, None] + np.zeros((1, w, 1))
            return np.clip(base + ramp, 0, 255).astype(np.uint8)
        picture = self.patches[rng.integers(len(self.patches))]
        share = rng.uniform(0.2, 0.9)
        pw, ph = int(320 * share), int(240 * share)
        x, y = rng.integers(0, 321 - pw), rng.integers(0, 241 - ph)
        return cv2.resize(picture[y:y + ph, x:x + pw], (w, h))

    def around(self, rng, plate):
        h, w = plate.shape[:2]
        dx, dy = int(0.16 * w), int(0.3 * h)
        canvas = self.patch(rng, w + 2 * dx, h + 2 * dy)
        canvas[dy:dy + h, dx:dx + w] = plate
        return canvas, (dx, dy)


def halves_in_line(picture):
    """The two lines of a two-line plate side by side, as the C++ reader lays them."""
    h = picture.shape[0]
    top, bottom = picture[:int(0.54 * h)], picture[int(0.46 * h):]
    height = max(top.shape[0], bottom.shape[0])
    return np.hstack([cv2.resize(p, (p.shape[1], height)) for p in (top, bottom)])


def as_far_away(rng, picture, least_px=44, most_px=170):
    """The plate as so few pixels as cameras often give."""
    h, w = picture.shape[:2]
    width = np.exp(rng.uniform(np.log(least_px), np.log(most_px)))
    if width >= w:
        return picture
    return cv2.resize(picture, (int(width), max(9, int(h * width / w))), interpolation=cv2.INTER_AREA)


class Samples(torch.utils.data.IterableDataset):
    """Endless batches: (crops uint8 [n, H, W, 3], texts)."""

    def __init__(self, batch, seed, pseudo_labels=None, real_share=0.2, empty_share=0.05, fast_share=0.0):
        self.batch, self.seed, self.pseudo_labels = batch, seed, pseudo_labels
        self.real_share, self.empty_share, self.fast_share = real_share, empty_share, fast_share

    def open(self):
        self.pool = Pool(skip=lambda number: number < VALIDATION_SHARDS)
        self.real = labelled_crops(training=True)
        if self.pseudo_labels and os.path.exists(self.pseudo_labels):
            with open(self.pseudo_labels, encoding="utf-8") as source:
                more = [tuple(line.rstrip("\n").split("\t")) for line in source]
            self.real = self.real + [(path, text) for path, text in more] * max(1, len(self.real) // max(1, len(more)))
        self.kept = {}
        self.empty = [p for p in (cv2.imread(path) for path in negatives(training=True)) if p is not None]
        self.surround = Surround(negatives(training=True))
        self.streams = Streams()

    def real_picture(self, path):
        if path not in self.kept:
            self.kept[path] = cv2.imread(path)
        return self.kept[path]

    def empty_crop(self, rng):
        picture = self.empty[rng.integers(len(self.empty))]
        h, w = picture.shape[:2]
        pw = int(rng.uniform(0.08, 0.8) * w)
        ph = min(h, max(8, int(pw / rng.uniform(1.6, 5))))
        x, y = rng.integers(0, w - pw + 1), rng.integers(0, h - ph + 1)
        return cv2.resize(picture[y:y + ph, x:x + pw], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)

    def streamed(self, rng):
        picture, corners, text = self.streams.some(rng)
        w, h = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
        flat = np.float32([[0, 0], [w, 0], [w, h], [0, h]])
        shaken = corners + shaky_corners(rng, w, h, rng.choice([0.5, 1.0, 1.6])) - flat
        return warp(picture, shaken, (WIDTH, HEIGHT), MARGIN, cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC), text

    def one(self, rng):
        if self.streams.shards and rng.random() < self.fast_share / 2:
            return self.streamed(rng)
        kind = rng.random()
        if kind < self.empty_share:
            return degrade(rng, self.empty_crop(rng)), ""
        strength = rng.choice([0.5, 1.0, 1.6])
        two_line = False
        if kind < self.empty_share + self.real_share:
            path, text = self.real[rng.integers(len(self.real))]
            picture = self.real_picture(path)
            gentle = rng.random() < 0.5  # it already went through a camera
        else:
            picture, text, _, two_line = self.pool[rng.integers(len(self.pool))]
            gentle = False
        if two_line:
            picture = halves_in_line(picture)
        fast = rng.random() < self.fast_share
        if fast:
            picture = as_far_away(rng, picture, 70, 240)
        elif not gentle and rng.random() < 0.6:
            picture = as_far_away(rng, picture)
        h, w = picture.shape[:2]
        canvas, (dx, dy) = self.surround.around(rng, picture)
        if fast:
            canvas = as_from_afar_and_fast(rng, canvas, w)
            gentle = rng.random() < 0.8
        corners = shaky_corners(rng, w, h, strength) + np.float32([dx, dy])
        crop = warp(canvas, corners, (WIDTH, HEIGHT), MARGIN, cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC)
        return (crop if gentle else degrade(rng, crop)), text

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        random.seed(self.seed)
        self.open()
        made = 0
        while True:
            samples = [self.one(rng) for _ in range(self.batch)]
            yield np.stack([crop for crop, _ in samples]), [text for _, text in samples]
            made += 1
            if made % 200 == 0:
                self.pool.refresh()
                self.streams.refresh()


def validation_sets():
    """Name to (crops, texts): rendered plates of the pool's first shards, degraded once, and the held-out real crops."""
    rng = np.random.default_rng(7)
    pool = Pool(skip=lambda number: number >= VALIDATION_SHARDS)
    surround = Surround([])
    crops, texts = [], []
    for i in range(0, len(pool), 4):
        picture, text, _, two_line = pool[i]
        picture = halves_in_line(picture) if two_line else picture
        h, w = picture.shape[:2]
        canvas, (dx, dy) = surround.around(rng, picture)
        crop = warp(canvas, shaky_corners(rng, w, h, 1.0) + np.float32([dx, dy]), (WIDTH, HEIGHT), MARGIN)
        crops.append(degrade(rng, crop))
        texts.append(text)
    real = labelled_crops(training=False)
    real_crops = [cv2.resize(cv2.imread(path), (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) for path, _ in real]
    return {"rendered": (np.stack(crops), texts), "br-crops": (np.stack(real_crops), [text for _, text in real])}
