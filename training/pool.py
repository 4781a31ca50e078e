"""Rendered plates in files, so that both trainers draw from them instead of rendering each time.

usage: pool.py FIRST COUNT [--folder DIR]     writes shards FIRST .. FIRST+COUNT-1 that are not there yet, PLATES_PER_SHARD plates each

A shard holds JPEG bytes (quality 96), texts and regions; its number is its seed. The default folder is
${GLASSHOUSE_CACHE:-~/.cache/glasshouse}/training/pool.
"""
import argparse
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

PLATES_PER_SHARD = 1000
VALIDATION_SHARDS = 2  # the first ones, which no reader is trained on
MOST_HEIGHT_PX = 112  # of a kept plate: the reader sees 64


def folder_of(name):
    cache = os.environ.get("GLASSHOUSE_CACHE", os.path.expanduser("~/.cache/glasshouse"))
    return os.path.join(cache, "training", name)


def default_folder():
    return folder_of("pool")


def rendered_shard(number):
    from plates.render import render_plate

    rng = np.random.default_rng([20261124, number])
    pictures, texts, regions, two_line = [], [], [], []
    for _ in range(PLATES_PER_SHARD):
        plate = render_plate(rng)
        picture = plate.image
        scale = MOST_HEIGHT_PX / picture.shape[0]
        if scale < 1:
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        pictures.append(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 96])[1].tobytes())
        texts.append(plate.text)
        regions.append(plate.region)
        two_line.append(plate.two_line)
    return {"bytes": np.frombuffer(b"".join(pictures), np.uint8), "ends": np.cumsum([len(p) for p in pictures]), "texts": np.array(texts),
            "regions": np.array(regions), "two_line": np.array(two_line)}


class Shards:
    """What the shards of a folder hold; `refresh` takes in new ones."""

    def __init__(self, folder, skip=lambda number: False):
        self.folder, self.skip, self.shards, self.names = folder, skip, [], set()
        self.refresh()

    def refresh(self):
        for name in sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []:
            if not name.endswith(".npz") or name in self.names or self.skip(int(name[6:11])):
                continue
            with np.load(os.path.join(self.folder, name)) as z:
                self.shards.append(self.taken(z))
            self.names.add(name)


def picture_at(blob, ends, i):
    """The picture (BGR) whose file is the i-th in a shard's bytes; `ends` begins with 0."""
    return cv2.imdecode(np.frombuffer(blob[ends[i]:ends[i + 1]], np.uint8), cv2.IMREAD_COLOR)


class Pool(Shards):
    """Random access to all plates of the shards that are there."""

    def __init__(self, folder=None, skip=lambda number: False):
        super().__init__(folder or default_folder(), skip)

    def taken(self, z):
        return z["bytes"].tobytes(), [0, *z["ends"].tolist()], z["texts"].tolist(), z["regions"].tolist(), z["two_line"].tolist()

    def __len__(self):
        return len(self.shards) * PLATES_PER_SHARD

    def __getitem__(self, index):
        """The picture (BGR), its text, its region, whether it has two lines."""
        blob, ends, texts, regions, two_line = self.shards[index // PLATES_PER_SHARD]
        i = index % PLATES_PER_SHARD
        return picture_at(blob, ends, i), texts[i], regions[i], two_line[i]


def write_shards(usage, folder, shard):
    """The program of those that write numbered shards: FIRST COUNT [--folder DIR]. shard(number) makes one's arrays; one that is there is left alone."""
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("--folder", default=folder)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    os.makedirs(options.folder, exist_ok=True)
    for number in range(options.first, options.first + options.count):
        path = os.path.join(options.folder, f"shard-{number:05d}.npz")
        if not os.path.exists(path):
            part = f"{path}.{os.getpid()}.part"
            with open(part, "wb") as target:
                np.savez(target, **shard(number))
            os.replace(part, path)
        print(f"shard {number} of {options.first + options.count - 1}", flush=True)


if __name__ == "__main__":
    write_shards(__doc__, default_folder(), rendered_shard)
