"""Where the photographs are, and the few operations that both trainers do to pictures."""
import os

import cv2
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def data_folder():
    """The folder that holds train/ ($GLASSHOUSE_DATA, else ../shared/data). benchmark/ beside it is never read here."""
    for folder in (os.environ.get("GLASSHOUSE_DATA"), os.path.join(ROOT, "..", "shared", "data")):
        if folder and os.path.isdir(os.path.join(folder, "train")):
            return os.path.abspath(folder)
    raise SystemExit("the training photographs are not here; name their folder with GLASSHOUSE_DATA")


def held_out(name, one_in=12):
    """Whether a picture is kept out of training: by a hash of its name, so that it never depends on order."""
    value = 2166136261
    for byte in os.path.basename(name).encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value % one_in == 0


def negatives(training):
    """Pictures without plates: two thirds to train with, a third (by name) to measure false reads on."""
    folder = os.path.join(data_folder(), "train", "negatives")
    return [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if held_out(n, 3) != training]


def labelled_crops(training):
    """(path, text) of real plates with a text: the Brazilian crops, one in twelve held out."""
    folder = os.path.join(data_folder(), "train", "br-crops")
    rows = []
    with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as source:
        for line in source:
            name, _, text = line.rstrip("\n").split("\t")
            if held_out(name) != training:
                rows.append((os.path.join(folder, name), text))
    return rows


def warp(picture, corners_px, size, margin=(0.0, 0.0), interpolation=cv2.INTER_LINEAR):
    """The quadrilateral of `picture` as an upright picture of `size` (w, h), with margins as shares of its own width and height.

    Where the picture is larger than the target by more than two, it is first made smaller, so that nothing aliases.
    """
    corners = np.asarray(corners_px, np.float32)
    w, h = size
    across = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]), 1e-3)
    down = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]), 1e-3)
    shrink = min(across / w, down / h)
    if shrink > 1.6:
        picture = cv2.resize(picture, None, fx=1.25 / shrink, fy=1.25 / shrink, interpolation=cv2.INTER_AREA)
        corners = corners * (1.25 / shrink)
    mx, my = margin[0] * w / (1 + 2 * margin[0]), margin[1] * h / (1 + 2 * margin[1])
    target = np.float32([[mx, my], [w - mx, my], [w - mx, h - my], [mx, h - my]])
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, target), (w, h), flags=interpolation, borderMode=cv2.BORDER_REPLICATE)
