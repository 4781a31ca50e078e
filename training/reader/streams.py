#!/usr/bin/env python3
"""Plates that went through a video encoder that lacked bits, in files that the reader's training draws from.

usage: streams.py FIRST COUNT [--folder DIR]     writes shards FIRST .. FIRST+COUNT-1 that are not there yet, some 1,000 plates each

Rendered plates (training/pool.py) and real Brazilian crops lie on a picture without plates, 1920 x 1080, which moves by for a second and is encoded as
H.264 at the rates of thin lines. A shard holds, of each plate, its place with what lies around (JPEG, quality 97), its corners there and its text. The default folder is
${GLASSHOUSE_CACHE:-~/.cache/glasshouse}/training/streams. Needs ffmpeg; half a minute of a core each.
"""
import os
import subprocess
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from plates.degrade import in_some_light, smeared
from pool import VALIDATION_SHARDS, Pool, Shards, folder_of, picture_at, write_shards
from splits import labelled_crops, negatives

WIDTH, HEIGHT, FPS = 1920, 1080, 15
CELL_W, CELL_H = 320, 150  # one plate in each
CLIPS, FRAMES, KEPT = 11, 8, (3, 7)  # a shard; a clip; the frames whose plates are kept
REAL_SHARE = 0.3


def default_folder():
    return folder_of("streams")


class Plates:
    def __init__(self):
        self.pool = Pool(skip=lambda number: number < VALIDATION_SHARDS)
        self.real = labelled_crops(training=True)

    def one(self, rng):
        """A plate of one line and its text."""
        if rng.random() < REAL_SHARE:
            path, text = self.real[rng.integers(len(self.real))]
            return cv2.imread(path), text
        while True:
            picture, text, _, two_line = self.pool[rng.integers(len(self.pool))]
            if not two_line:
                return picture, text


def laid_on(rng, scene, left, top, plate):
    """Puts the plate into its cell, a little turned; returns its corners in the cell."""
    h, w = plate.shape[:2]
    width = min(np.exp(rng.uniform(np.log(90), np.log(260))), CELL_W * 0.8, CELL_H * 0.75 * w / h)
    scale, angle = width / w, rng.normal(0, 2.5) * np.pi / 180
    shear = rng.normal(0, 0.05)
    turn = np.float32([[np.cos(angle), -np.sin(angle) + shear], [np.sin(angle), np.cos(angle)]]) * scale
    middle = np.float32([CELL_W / 2, CELL_H / 2]) + rng.uniform(-6, 6, 2).astype(np.float32)
    small = cv2.resize(plate, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else plate
    turn = turn * np.float32(w / small.shape[1])
    sh, sw = small.shape[:2]
    move = np.hstack([turn, (middle - turn @ np.float32([sw / 2, sh / 2]))[:, None]]).astype(np.float32)
    cover = cv2.warpAffine(np.ones((sh, sw), np.float32), move, (CELL_W, CELL_H))[..., None]
    laid = cv2.warpAffine(in_some_light(rng, small), move, (CELL_W, CELL_H), borderMode=cv2.BORDER_REPLICATE)
    cell = scene[top:top + CELL_H, left:left + CELL_W]
    cell[:] = laid * cover + cell * (1 - cover)
    return np.float32([[0, 0], [sw, 0], [sw, sh], [0, sh]]) @ turn.T + move[:, 2]


def as_streamed(rng, scene):
    """The frames KEPT of the scene moving by, as the decoder gives them, and how far each is moved."""
    speed = rng.uniform(-1, 1, 2) * (110, 12) * (rng.random() < 0.8)
    shifts = [np.round(speed * (i - KEPT[1] / 2)) for i in range(FRAMES)]
    if rng.random() < 0.4:
        scene = smeared(rng, scene, rng.uniform(1, 7))
    rate = ["-crf", str(int(rng.integers(33, 50)))]
    encode = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-", "-c:v", "libx264",
              "-preset", str(rng.choice(["ultrafast", "veryfast", "fast"])), "-threads", "1", "-pix_fmt", "yuv420p", *rate, "-f", "h264", "-"]
    frames = []
    for dx, dy in shifts:
        moved = cv2.warpAffine(scene, np.float32([[1, 0, dx], [0, 1, dy]]), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        noise = cv2.resize(rng.integers(-6, 7, (HEIGHT // 2, WIDTH // 2)).astype(np.int16), (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
        frames.append(np.clip(moved + noise[..., None], 0, 255).astype(np.uint8).tobytes())
    coded = subprocess.run(encode, input=b"".join(frames), stdout=subprocess.PIPE, check=True).stdout
    decode = ["ffmpeg", "-v", "error", "-f", "h264", "-r", str(FPS), "-i", "-", "-f", "rawvideo", "-pix_fmt", "bgr24", "-"]
    raw = subprocess.run(decode, input=coded, stdout=subprocess.PIPE, check=True).stdout
    decoded = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    return [(decoded[i], shifts[i]) for i in KEPT if i < len(decoded)]


def streamed_shard(number, plates, pictures):
    rng = np.random.default_rng([20261130, number])
    cells, corners, texts = [], [], []
    for _ in range(CLIPS):
        scene = cv2.resize(cv2.imread(pictures[rng.integers(len(pictures))]), (WIDTH, HEIGHT))
        laid = []
        for top in range(0, HEIGHT - CELL_H + 1, CELL_H):
            for left in range(0, WIDTH - CELL_W + 1, CELL_W):
                plate, text = plates.one(rng)
                laid.append((left, top, laid_on(rng, scene, left, top, plate), text))
        for frame, (dx, dy) in as_streamed(rng, scene):
            for left, top, at, text in laid:
                x, y = int(left + dx), int(top + dy)
                if x < 0 or y < 0 or x + CELL_W > WIDTH or y + CELL_H > HEIGHT:
                    continue
                cells.append(cv2.imencode(".jpg", frame[y:y + CELL_H, x:x + CELL_W], [cv2.IMWRITE_JPEG_QUALITY, 97])[1].tobytes())
                corners.append(at)
                texts.append(text)
    return {"bytes": np.frombuffer(b"".join(cells), np.uint8), "ends": np.cumsum([len(c) for c in cells]), "corners": np.stack(corners), "texts": np.array(texts)}


class Streams(Shards):
    """All plates of the shards that are there."""

    def __init__(self, folder=None):
        super().__init__(folder or default_folder())

    def taken(self, z):
        return z["bytes"].tobytes(), [0, *z["ends"].tolist()], z["corners"], z["texts"].tolist()

    def some(self, rng):
        """(picture of the plate's place, its corners, its text)."""
        blob, ends, corners, texts = self.shards[rng.integers(len(self.shards))]
        i = rng.integers(len(texts))
        return picture_at(blob, ends, i), corners[i], texts[i]


def main():
    plates, pictures = Plates(), negatives(training=True)
    write_shards(__doc__, default_folder(), lambda number: streamed_shard(number, plates, pictures))


if __name__ == "__main__":
    main()
