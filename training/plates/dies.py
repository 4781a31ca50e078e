"""Dies: what turns a character into a mask of a given height and width.

A StrokeDie rasterises the alphabet of strokes.py; a FontDie takes its glyphs from an outline font. Both answer
width_ratio (a glyph's width by its height) and mask (uint8, exactly the asked-for size).
"""
from __future__ import annotations

import math

import cv2
import numpy as np

from . import fonts
from .dice import chance, pick, spread
from .strokes import DRAWINGS, SHIFT, SUPERSAMPLE, VARIANT_COUNT, Cut

ARC_STEPS = 7
ONE_WIDTHS = (0.62, 0.75, 0.0, 0.62, 0.6)  # of the cell, by variant of "1"; 0: as wide as the stroke
# The widest stroke as a share of the glyph's width: a die cutter thins what would clog.
BOLDEST = {"M": 0.22, "W": 0.2, "N": 0.28, "I": 1.0, "1": 1.0, "A": 0.29, "Q": 0.29, "K": 0.3, "4": 0.3}
BOLDEST_OTHER = 0.32


def _rounded(points, closed, radius, conic):
    """Pixel points of a path whose corners are replaced by conics."""
    count = len(points)
    out = []
    for i, (x, y, r) in enumerate(points):
        if r == 0 or (not closed and i in (0, count - 1)):
            out.append((x, y))
            continue
        px, py, pr = points[i - 1]
        nx, ny, nr = points[(i + 1) % count]
        before, after = math.hypot(px - x, py - y), math.hypot(nx - x, ny - y)
        if before < 1e-6 or after < 1e-6:
            out.append((x, y))
            continue
        # A neighbour that is round as well leaves only half of the side to this corner.
        ends_before = pr == 0 or (not closed and i == 1)
        ends_after = nr == 0 or (not closed and i == count - 2)
        a = min(r * radius, before * (1.0 if ends_before else 0.5))
        b = min(r * radius, after * (1.0 if ends_after else 0.5))
        x0, y0 = x + (px - x) * a / before, y + (py - y) * a / before
        x2, y2 = x + (nx - x) * b / after, y + (ny - y) * b / after
        for s in range(ARC_STEPS + 1):
            u = s / ARC_STEPS
            k0, k1, k2 = (1 - u) ** 2, 2 * u * (1 - u) * conic, u * u
            k = k0 + k1 + k2
            out.append(((k0 * x0 + k1 * x + k2 * x2) / k, (k0 * y0 + k1 * y + k2 * y2) / k))
    return out


def _fixed(points):
    return np.round(np.asarray(points, np.float64) * (1 << SHIFT)).astype(np.int32)


def _miter(mask, a, p, b, half):
    """Fills the sharp outer corner at p between the segments a-p and p-b."""
    d1, d2 = np.subtract(p, a), np.subtract(b, p)
    l1, l2 = math.hypot(*d1), math.hypot(*d2)
    if l1 < 1e-6 or l2 < 1e-6:
        return
    d1, d2 = d1 / l1, d2 / l2
    cross = d1[0] * d2[1] - d1[1] * d2[0]
    dot = float(np.clip(np.dot(d1, d2), -1, 1))
    if abs(cross) < 0.2:
        return
    side = -math.copysign(1, cross)
    n1, n2 = np.array([-d1[1], d1[0]]) * side * half, np.array([-d2[1], d2[0]]) * side * half
    reach = min(math.tan(math.acos(dot) / 2), 2.2) * half
    quad = [p, p + n1, p + n1 + d1 * reach, p + n2 - d2 * reach, p + n2]
    cv2.fillConvexPoly(mask, _fixed(quad), 255, cv2.LINE_8, SHIFT)


def _butt(mask, inner, end, half):
    """Squares off the round cap at `end`; an end on the edge of the box runs on and is cut by it."""
    d = np.subtract(end, inner)
    length = math.hypot(*d)
    if length < 1e-6:
        return
    d = d / length
    n = np.array([-d[1], d[0]]) * half
    tip = np.asarray(end) + d * half * (1.0 if abs(d[0]) < 0.05 or abs(d[1]) < 0.05 else 2.0)
    cv2.fillConvexPoly(mask, _fixed([end + n, tip + n, tip - n, end - n]), 255, cv2.LINE_8, SHIFT)


class StrokeDie:
    def __init__(self, cut: Cut):
        self.cut = cut

    def width_ratio(self, c: str) -> float:
        cut = self.cut
        if c == "1":
            share = ONE_WIDTHS[cut.variants.get("1", 0)]
            return max(cut.stroke, cut.width * share)
        if c == "I":
            return cut.stroke if cut.variants.get("I", 0) == 0 else max(cut.width * 0.6, 2.2 * cut.stroke)
        if cut.same_cell:
            return cut.width
        if c in "MW":
            return cut.width * cut.wide
        if c in "EFLJ":
            return cut.width * 0.9
        return cut.width

    def mask(self, c: str, height: int, width: int) -> np.ndarray:
        cut = self.cut
        s = SUPERSAMPLE
        h, w = height * s, width * s
        stroke = min(cut.stroke * h, w * BOLDEST.get(c, BOLDEST_OTHER))
        half = stroke / 2
        thickness = max(1, int(round(stroke)))
        box_w, box_h = max(w - stroke, 0.01), h - stroke
        radius = cut.radius * h
        out = np.zeros((h, w), np.uint8)
        drawings = DRAWINGS[c](cut.waist)
        for points, closed in drawings[cut.variants.get(c, 0) % len(drawings)]:
            px = [(half + x * box_w - 0.5, half + y * box_h - 0.5, r) for x, y, r in points]
            path = _rounded(px, closed, radius, cut.conic)
            cv2.polylines(out, [_fixed(path)], closed, 255, thickness, cv2.LINE_8, SHIFT)
            if cut.round_ends:
                continue
            corners = [(i, p) for i, p in enumerate(px) if p[2] == 0]
            for i, p in corners:
                if closed or 0 < i < len(px) - 1:
                    _miter(out, px[i - 1][:2], np.array(p[:2]), px[(i + 1) % len(px)][:2], half)
            if not closed and len(path) > 1:
                _butt(out, path[1], path[0], half)
                _butt(out, path[-2], path[-1], half)
        if cut.ink_spread > 0:
            side = 2 * int(1 + 2 * cut.ink_spread * half) + 1
            soft = cv2.blur(cv2.blur(out, (side, side), borderType=cv2.BORDER_CONSTANT), (side, side), borderType=cv2.BORDER_CONSTANT)
            out = cv2.convertScaleAbs(cv2.subtract(soft, 78), alpha=2.6)
        return cv2.resize(out, (width, height), interpolation=cv2.INTER_AREA)


class FontDie:
    """Glyphs of an outline font, all brought to capital height; narrowed or widened by `stretch`."""

    def __init__(self, path: str, stretch: float, same_cell: bool):
        self.path, self.stretch, self.same_cell = path, stretch, same_cell
        zero = fonts.glyph(path, "0")
        self.cell = zero.shape[1] / zero.shape[0] * stretch

    def width_ratio(self, c: str) -> float:
        m = fonts.glyph(self.path, c)
        own = m.shape[1] / m.shape[0] * self.stretch
        if not self.same_cell or c in "1I":
            return own
        return self.cell

    def mask(self, c: str, height: int, width: int) -> np.ndarray:
        m = fonts.glyph(self.path, c)
        return cv2.resize(m, (width, height), interpolation=cv2.INTER_AREA)


# What a region's dies look like; None leaves it to chance.
FAMILIES = {
    "any": {},
    "us": {"stroke": (0.115, 0.165), "width": (0.42, 0.56), "radius": (0.12, 0.3), "round_ends": 0.35},
    "eu": {"stroke": (0.12, 0.165), "width": (0.48, 0.66), "radius": (0.16, 0.32), "round_ends": 0.3},
    "uk": {"stroke": (0.16, 0.19), "width": (0.58, 0.66), "radius": (0.18, 0.26), "round_ends": 0.05},
    "br": {"stroke": (0.13, 0.18), "width": (0.56, 0.82), "radius": (0.16, 0.3), "round_ends": 0.25},
    "mercosul": {"stroke": (0.13, 0.16), "width": (0.58, 0.74), "radius": (0.18, 0.32), "round_ends": 0.25},
}


def cut_die(rng, family: str = "any") -> StrokeDie:
    f = FAMILIES[family]
    variants = {}
    house = int(rng.integers(0, 8))  # a die maker's taste: most glyphs follow one habit, some do not
    for c, count in VARIANT_COUNT.items():
        if count > 1:
            variants[c] = house % count if rng.random() < 0.35 else int(rng.integers(0, count))
    if rng.random() < 0.8:  # 0 with a slash, a dot or a gap is the exception
        variants["0"] = pick(rng, (0, 0, 0, 1, 5))
    if rng.random() < 0.93:  # so is A with a flat or arched top
        variants["A"] = pick(rng, (0, 0, 1, 1, 2))
    if family == "br":
        variants["I"] = 0 if rng.random() < 0.75 else 1
        variants["1"] = pick(rng, (0, 0, 2, 3))
    if variants["I"] == 0 and variants["1"] == 2 and family != "br":
        variants["1"] = 0
    radius = spread(rng, *f.get("radius", (0.1, 0.34)))
    if radius < 0.18:  # sharp corners: 8 keeps apart from B, D from 0 and O, by the shapes that are round all the same
        variants["8"] = pick(rng, (0, 2))
        variants["O"] = 1
        variants["0"] = pick(rng, (0, 1))
        radius = max(radius, 0.13)
    return StrokeDie(Cut(
        stroke=spread(rng, *f.get("stroke", (0.1, 0.18))),
        width=spread(rng, *f.get("width", (0.4, 0.64))),
        radius=radius,
        conic=spread(rng, 0.62, 0.95),
        waist=spread(rng, 0.44, 0.5),
        round_ends=chance(rng, f.get("round_ends", 0.35)),
        ink_spread=pick(rng, (0.0, 0.0, 0.08, 0.16, 0.25)),
        same_cell=chance(rng, 0.65),
        wide=spread(rng, 1.1, 1.4),
        variants=variants,
    ))


def pick_die(rng, family: str = "any"):
    """A die for one plate: own strokes in most cases, else an outline font."""
    if chance(rng, 0.62):
        return cut_die(rng, family)
    path = pick(rng, fonts.plate_faces())
    zero = fonts.glyph(path, "0")
    natural = zero.shape[1] / zero.shape[0]
    low, high = FAMILIES[family].get("width", (0.4, 0.64))
    wanted = spread(rng, low, high)
    # Stretching far makes uprights and bars of unlike weight, which no plate has.
    stretch = min(1.35, max(0.72, wanted / natural))
    return FontDie(path, stretch, chance(rng, 0.4))
