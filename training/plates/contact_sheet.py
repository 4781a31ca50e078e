#!/usr/bin/env python3
"""contact_sheet.py OUT.png [kind] [seed] [--degraded]: a page of rendered plates with their texts, to be looked at."""
from __future__ import annotations

import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from plates.degrade import degrade  # noqa: E402
from plates.render import KINDS, render_plate  # noqa: E402

COLUMNS, ROWS = 6, 10
CELL_W, CELL_H, CAPTION_H = 264, 116, 16


def cell(plate, image) -> np.ndarray:
    k = min(CELL_W / image.shape[1], CELL_H / image.shape[0])
    size = (max(1, int(image.shape[1] * k)), max(1, int(image.shape[0] * k)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if k < 1 else cv2.INTER_CUBIC)
    out = np.full((CELL_H + CAPTION_H, CELL_W + 4, 3), 90, np.uint8)
    out[:small.shape[0], :small.shape[1]] = small
    caption = f"{plate.text}  {plate.region}" + ("  2" if plate.two_line else "")
    cv2.putText(out, caption, (2, CELL_H + 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1, cv2.LINE_AA)
    return out


def main(arguments) -> int:
    degraded = "--degraded" in arguments
    arguments = [a for a in arguments if not a.startswith("--")]
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    kind = arguments[1] if len(arguments) > 1 and arguments[1] in KINDS else None
    rng = np.random.default_rng(int(arguments[2]) if len(arguments) > 2 else 0)
    rows = []
    for _ in range(ROWS):
        cells = []
        for _ in range(COLUMNS):
            plate = render_plate(rng, kind)
            cells.append(cell(plate, degrade(rng, plate.image) if degraded else plate.image))
        rows.append(np.hstack(cells))
    if not cv2.imwrite(arguments[0], np.vstack(rows)):
        print(f"contact_sheet: could not write {arguments[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
