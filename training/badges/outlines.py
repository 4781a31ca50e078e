"""Outlines of SVG paths: the `d` of a path to closed polygons, and those to a mask. Straight lines, Bezier curves and arcs, which is all that icons use."""
import math
import re

import cv2
import numpy as np

TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
ARC_FLAGS = re.compile(r"\s*,?\s*([01])")
PIECES = 12  # of a curve


def arc_points(start, rx, ry, turn, large, sweep, end):
    """SVG 1.1, appendix F.6: from end points to the middle, then along the ellipse."""
    if rx == 0 or ry == 0 or start == end:
        return [end]
    turn = math.radians(turn)
    c, s = math.cos(turn), math.sin(turn)
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = c * dx + s * dy, -s * dx + c * dy
    rx, ry = abs(rx), abs(ry)
    grow = max(1.0, math.sqrt((x / rx) ** 2 + (y / ry) ** 2))
    rx, ry = rx * grow, ry * grow
    under = max(0.0, (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2) / max(1e-12, (rx * y) ** 2 + (ry * x) ** 2)
    k = math.sqrt(under) * (-1 if large == sweep else 1)
    cx, cy = k * rx * y / ry, -k * ry * x / rx
    middle = (c * cx - s * cy + (start[0] + end[0]) / 2, s * cx + c * cy + (start[1] + end[1]) / 2)
    a0 = math.atan2((y - cy) / ry, (x - cx) / rx)
    a1 = math.atan2((-y - cy) / ry, (-x - cx) / rx)
    if sweep and a1 < a0:
        a1 += 2 * math.pi
    if not sweep and a1 > a0:
        a1 -= 2 * math.pi
    count = max(3, int(abs(a1 - a0) * 8))
    points = []
    for i in range(1, count + 1):
        a = a0 + (a1 - a0) * i / count
        points.append((middle[0] + rx * math.cos(a) * c - ry * math.sin(a) * s, middle[1] + rx * math.cos(a) * s + ry * math.sin(a) * c))
    return points


def tokens(d):
    """Letters and numbers, with the flags of arcs, which may stand without anything between them, taken apart."""
    at, letter, index = 0, "", 0
    while at < len(d):
        if letter in "Aa" and letter and index % 7 in (3, 4):
            match = ARC_FLAGS.match(d, at)
            if match:
                yield float(match.group(1))
                at, index = match.end(), index + 1
                continue
        match = TOKEN.search(d, at)
        if not match:
            return
        at = match.end()
        if match.group().isalpha():
            letter, index = match.group(), 0
            yield letter
        else:
            index += 1
            yield float(match.group())


def polygons(d):
    """A list of closed polygons, each a list of (x, y)."""
    parts, line, here, start, letter, last_control = [], [], (0.0, 0.0), (0.0, 0.0), "", None
    stream = list(tokens(d))
    at = 0

    def take(count):
        nonlocal at
        values = stream[at : at + count]
        at += count
        return values

    while at < len(stream):
        if isinstance(stream[at], str):
            letter = stream[at]
            at += 1
        elif letter in "Mm":
            letter = "L" if letter == "M" else "l"  # further pairs after a move are lines
        kind, (ox, oy) = letter.upper(), here if letter.islower() else (0.0, 0.0)
        control = None
        if kind == "Z":
            here = start
        elif kind == "M":
            x, y = take(2)
            if len(line) > 2:
                parts.append(line)
            here = start = (x + ox, y + oy)
            line = [here]
        elif kind in "LHV":
            if kind == "L":
                x, y = take(2)
                here = (x + ox, y + oy)
            elif kind == "H":
                here = (take(1)[0] + ox, here[1])
            else:
                here = (here[0], take(1)[0] + oy)
            line.append(here)
        elif kind in "CSQT":
            count = {"C": 6, "S": 4, "Q": 4, "T": 2}[kind]
            values = take(count)
            points = [(values[i] + ox, values[i + 1] + oy) for i in range(0, count, 2)]
            if kind in "ST":
                points.insert(0, (2 * here[0] - last_control[0], 2 * here[1] - last_control[1]) if last_control else here)
            control = points[-2]
            bezier = [here] + points
            for i in range(1, PIECES + 1):
                t, level = i / PIECES, bezier
                while len(level) > 1:
                    level = [((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in zip(level, level[1:])]
                line.append(level[0])
            here = points[-1]
        elif kind == "A":
            rx, ry, turn, large, sweep, x, y = take(7)
            end = (x + ox, y + oy)
            line += arc_points(here, rx, ry, turn, bool(large), bool(sweep), end)
            here = end
        last_control = control
        if kind == "Z":
            if len(line) > 2:
                parts.append(line)
            line = [here]
    if len(line) > 2:
        parts.append(line)
    return parts


def winding_mask(parts, scale, size, origin=(0.0, 0.0)):
    """What the polygons fill by the non-zero rule, as 0..1 on `size` (w, h): drawn four times as large and made smaller."""
    w, h = size[0] * 4, size[1] * 4
    count = np.zeros((h, w), np.int16)
    for part in parts:
        points = np.float64(part)
        area = float(np.dot(points[:, 0], np.roll(points[:, 1], 1)) - np.dot(points[:, 1], np.roll(points[:, 0], 1)))
        one = np.zeros((h, w), np.uint8)
        cv2.fillPoly(one, [np.int32(np.round((points - origin) * scale * 4 * 16))], 1, cv2.LINE_8, 4)
        count += one.astype(np.int16) * (1 if area > 0 else -1)
    return cv2.resize((count != 0).astype(np.float32), size, interpolation=cv2.INTER_AREA)


def icon_mask(svg_text, side):
    """Every path of an icon of 24 × 24 units."""
    parts = [p for d in re.findall(r'\sd="([^"]+)"', svg_text) for p in polygons(d)]
    return winding_mask(parts, side / 24.0, (side, side))
