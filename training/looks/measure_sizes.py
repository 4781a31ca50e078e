#!/usr/bin/env python3
"""How vehicles of each body measure in their boxes, by their plates: the first numbers of src/vision/body.cc.

usage: measure_sizes.py READS.jsonl

READS.jsonl: what `glasshouse read --format jsonl --country eu` prints for train/eu-road. Each vehicle of labels.tsv (labelled by eye) counts once,
with the median over its frames; boxes that the edge of the picture cuts are left out. Prints, in metres: height, plate above ground, height above the plate.
"""
import collections
import csv
import json
import math
import os
import statistics
import sys

PLATE_WIDTH_M = 0.52
EDGE_PX = 5
MOST_PLATE_WIDTHS = 9  # of a vehicle: what is wider is two of them in one box


def box_around(reads, plate, width, height):
    """The smallest vehicle box that holds the plate's middle and is not cut by the picture's edge."""
    x, y, w, h = plate
    boxes = [r["vehicle"]["box"] for r in reads if "box" in r["vehicle"]]
    around = [b for b in boxes if b[0] <= x + w / 2 <= b[0] + b[2] and b[1] <= y + h / 2 <= b[1] + b[3] and b[2] < MOST_PLATE_WIDTHS * w]
    box = min(around, key=lambda b: b[2] * b[3], default=None)
    inside = box and box[0] > EDGE_PX and box[0] + box[2] < width - EDGE_PX and box[1] + box[3] < height - EDGE_PX
    return box if inside else None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as source:
        pictures = {os.path.basename(line["source"]): line for line in map(json.loads, source)}
    seen, bodies = collections.defaultdict(list), {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "labels.tsv"), encoding="utf-8") as source:
        for row in csv.DictReader(source, delimiter="\t"):
            picture, plate = pictures[row["file"]], [int(row[side]) for side in ("plate_x", "plate_y", "plate_w", "plate_h")]
            box = box_around(picture["reads"], plate, picture["width"], picture["height"])
            if box:
                metres, middle = PLATE_WIDTH_M / plate[2], plate[1] + plate[3] / 2
                seen[row["vehicle"]].append([metres * v for v in (box[3], box[1] + box[3] - middle, middle - box[1])])
                bodies[row["vehicle"]] = row["body"]
    for body in sorted(set(bodies.values())):
        of_body = [[statistics.median(v) for v in zip(*seen[vehicle])] for vehicle in seen if bodies[vehicle] == body]
        middle = [math.exp(statistics.fmean(math.log(max(0.05, v)) for v in values)) for values in zip(*of_body)]
        print(f"{body:16} {len(of_body):3} vehicles  " + "  ".join(f"{v:.2f}" for v in middle))


if __name__ == "__main__":
    main()
