"""What is printed behind a serial: gradients, strips, landscapes, and small pictures."""
from __future__ import annotations

import math

import numpy as np

from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread

WHITE = (252.0, 252.0, 252.0)


def _mix(a, b, t):
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def ridge(rng, canvas: Canvas, base, height, peaks, colour, alpha=1.0, rough=0.25):
    """A silhouette of hills or mountains whose foot is at `base` (0..1 from the top)."""
    n = max(4, peaks * 2)
    points = [(-4, canvas.h + 4)]
    for i in range(n + 1):
        x = canvas.w * (i + spread(rng, -0.3, 0.3)) / n
        up = height * (0.35 + 0.65 * rng.random()) if i % 2 else height * rough * rng.random()
        points.append((x, (base - up) * canvas.h))
    points[1] = (-4, points[1][1])
    points[-1] = (canvas.w + 4, points[-1][1])
    points.append((canvas.w + 4, canvas.h + 4))
    canvas.polygon(points, colour, alpha)


def rolling(rng, canvas: Canvas, base, height, colour, alpha=1.0):
    waves = [(spread(rng, 0.5, 2.5), spread(rng, 0, 6.3), rng.random()) for _ in range(3)]
    xs = np.linspace(0, 1, 24)
    ys = sum(a * np.sin(f * 6.28 * xs + p) for f, p, a in waves) / 2
    points = [(x * canvas.w, (base - height * (0.5 + 0.5 * y)) * canvas.h) for x, y in zip(xs, ys)]
    canvas.polygon([(0, canvas.h + 2)] + [(0, points[0][1])] + points + [(canvas.w + 2, points[-1][1]), (canvas.w + 2, canvas.h + 2)], colour, alpha)


def skyline(rng, canvas: Canvas, base, height, colour, alpha):
    points, x = [(0, base * canvas.h)], 0.0
    while x < canvas.w:
        top = (base - height * rng.random() ** 1.5) * canvas.h
        step = canvas.w * spread(rng, 0.02, 0.09)
        points += [(x, top), (x + step, top)]
        x += step
    canvas.polygon(points + [(canvas.w, base * canvas.h)], colour, alpha)


# kind: (sky top, sky bottom, [silhouettes: (drawer, base, height, colour, alpha)])
SCENES = {
    "beach": ("8cc8ee", "fdf6e0", [("rolling", 0.85, 0.06, "4a9cc8", 0.7), ("rolling", 1.02, 0.12, "e8d4a0", 0.9)]),
    "mountains": ("9cc4ea", "fdfdfd", [("ridge", 0.62, 0.3, "8fa8c8", 0.6), ("rolling", 1.0, 0.22, "c8d8b8", 0.6)]),
    "bluemountains": ("5a8ad0", "88b0e0", [("ridge", 0.6, 0.3, "3a62b0", 0.7), ("rolling", 1.0, 0.2, "2f559c", 0.6)]),
    "greenmountains": ("fcfcfc", "fcfcfc", [("ridge", 0.34, 0.22, "2a7a55", 0.95)]),
    "silvermountains": ("c8d4e4", "f2ece0", [("ridge", 0.55, 0.3, "b0b8c8", 0.7), ("ridge", 0.8, 0.2, "c8c4c0", 0.6)]),
    "desert": ("7a62b8", "fbf4ec", [("ridge", 0.95, 0.25, "c890a8", 0.5), ("rolling", 1.04, 0.16, "7ab8a0", 0.6)]),
    "hills": ("a8d0ee", "fbfbf4", [("rolling", 0.75, 0.16, "b8d8a8", 0.6), ("rolling", 1.0, 0.16, "8fc08a", 0.6)]),
    "greenhills": ("fdfdfd", "f4f8ea", [("rolling", 0.6, 0.16, "b8d8b0", 0.6), ("rolling", 0.95, 0.2, "8fc498", 0.7)]),
    "skyline": ("a4c8ea", "fafcfd", [("skyline", 0.72, 0.3, "9ab4cc", 0.45), ("rolling", 1.0, 0.18, "bcd4a8", 0.5)]),
    "sunset": ("7a9cd8", "fbe4b0", [("ridge", 0.75, 0.22, "c8a0b8", 0.5), ("ridge", 1.0, 0.22, "a8b8a0", 0.5)]),
    "lake": ("88bce8", "fdfdfd", [("rolling", 0.42, 0.1, "6a9a7a", 0.6), ("rolling", 1.02, 0.26, "8fc0e4", 0.6)]),
    "prairie": ("a8ccea", "f8f0d4", [("rolling", 0.8, 0.12, "d8d098", 0.7), ("rolling", 1.0, 0.14, "b8b870", 0.6)]),
    "treemountains": ("c4cce8", "f6f2ea", [("ridge", 0.62, 0.26, "a8a0cc", 0.6), ("ridge", 0.92, 0.2, "8fb89c", 0.6)]),
    "redrock": ("a8cce8", "fdf4e4", [("ridge", 0.85, 0.2, "d8a080", 0.6), ("rolling", 1.02, 0.16, "c88058", 0.6)]),
    "rainier": ("fdfdfd", "fdfdfd", [("ridge", 0.85, 0.55, "b8d0ec", 0.6), ("ridge", 1.0, 0.16, "a0b8dc", 0.5)]),
    "farm": ("fdfdfd", "fdfdfd", [("rolling", 0.3, 0.1, "9cc88a", 0.6)]),
    "texas": ("9cc0e8", "fdfaf4", [("ridge", 0.9, 0.16, "b0a8b8", 0.5), ("rolling", 1.02, 0.12, "c8b898", 0.6)]),
    "mdflag": ("fdfdfd", "fdfdfd", []),
    "redwhiteblue": ("fdfdfd", "fdfdfd", []),
}


def _scene(rng, canvas, kind):
    top, bottom, shapes = SCENES[kind]
    top, bottom = near(rng, bgr(top), 18), near(rng, bgr(bottom), 10)
    canvas.vertical_gradient([(0, top), (spread(rng, 0.3, 0.75), bottom), (1, bottom)])
    if kind == "redwhiteblue":
        canvas.vertical_gradient([(0, near(rng, bgr("e88a90"), 20)), (0.4, WHITE), (0.62, WHITE), (1, near(rng, bgr("88a8dc"), 20))])
    if kind == "mdflag":
        y = int(canvas.h * 0.74)
        for i in range(12):
            x = canvas.w * i / 12
            canvas.polygon([(x, y), (x + canvas.w / 12, y), (x + canvas.w / 12 + 8, canvas.h), (x + 8, canvas.h)],
                           bgr(("e8c040", "202020", "c22a34", "f4f4f4")[i % 4]), 0.85)
    strength = spread(rng, 0.5, 1.15)
    for drawer, base, height, colour, alpha in shapes:
        colour, alpha = near(rng, bgr(colour), 16), min(1.0, alpha * strength)
        base, height = base + spread(rng, -0.05, 0.05), height * spread(rng, 0.8, 1.3)
        if drawer == "ridge":
            ridge(rng, canvas, base, height, int(rng.integers(2, 6)), colour, alpha)
        elif drawer == "rolling":
            rolling(rng, canvas, base, height, colour, alpha)
        else:
            skyline(rng, canvas, base, height, colour, alpha)
    if kind == "farm":
        canvas.rectangle(canvas.w * 0.7, canvas.h * 0.08, canvas.w * 0.86, canvas.h * 0.24, bgr("b83038"), 0.8)
        canvas.ellipse(canvas.w * 0.2, canvas.h * 0.14, canvas.h * 0.06, canvas.h * 0.06, bgr("f0a030"), 0.8)
    if kind in ("sunset", "desert") and chance(rng, 0.6):
        r = canvas.h * spread(rng, 0.08, 0.2)
        canvas.ellipse(canvas.w * rng.random(), canvas.h * spread(rng, 0.3, 0.6), r, r, bgr("fbe8a0"), 0.6)


def background(rng, canvas: Canvas, code: str):
    """Paints what `code` (see us_states) names over the whole canvas."""
    kind, _, rest = code.partition(":")
    if not rest:
        canvas.image[:] = near(rng, bgr(code), 10)
        return
    if kind == "scene":
        _scene(rng, canvas, rest)
        return
    colours = [near(rng, bgr(c), 10) for c in rest.split(":")]
    if kind == "v":
        last = len(colours) - 1
        canvas.vertical_gradient([(i / last, c) for i, c in enumerate(colours)])
    elif kind == "edges":
        canvas.vertical_gradient([(0, colours[0]), (0.35, WHITE), (0.65, WHITE), (1, colours[-1])])
    elif kind == "bands":
        up, low = spread(rng, 0.2, 0.27), spread(rng, 0.78, 0.86)
        soft = pick(rng, (0.004, 0.004, 0.06, 0.12))
        canvas.vertical_gradient([(0, colours[0]), (up - soft, colours[0]), (up + soft, colours[1]),
                                  (low - soft, colours[1]), (low + soft, colours[2]), (1, colours[2])])


def _blob(rng, canvas, cx, cy, rx, ry, colour, alpha, corners=9, rough=0.35):
    turn = spread(rng, 0, 6.28)
    points = []
    for i in range(corners):
        a = turn + 6.283 * i / corners
        k = 1 - rough * rng.random()
        points.append((cx + math.cos(a) * rx * k, cy + math.sin(a) * ry * k))
    canvas.polygon(points, colour, alpha)


def star(canvas, cx, cy, r, colour, alpha=1.0, turn=-1.5708):
    canvas.polygon([(cx + math.cos(turn + 0.6283 * i) * r * (1 if i % 2 == 0 else 0.4),
                     cy + math.sin(turn + 0.6283 * i) * r * (1 if i % 2 == 0 else 0.4)) for i in range(10)], colour, alpha)


def _tree(rng, canvas, cx, cy, r, alpha):
    canvas.rectangle(cx - r * 0.1, cy + r * 0.5, cx + r * 0.1, cy + r, bgr("6a4a2a"), alpha)
    for k in (0.0, 0.35, 0.7):
        y = cy - r + 2 * r * k * 0.75
        canvas.polygon([(cx, y), (cx - r * (0.35 + k * 0.4), y + r * 0.75), (cx + r * (0.35 + k * 0.4), y + r * 0.75)], near(rng, bgr("3a7a50"), 25), alpha)


def _palm(rng, canvas, cx, cy, r, alpha):
    colour = near(rng, bgr("2a5a6a"), 30)
    canvas.polygon([(cx - r * 0.08, cy + r), (cx - r * 0.02, cy - r * 0.4), (cx + r * 0.06, cy - r * 0.4), (cx + r * 0.1, cy + r)], colour, alpha)
    for i in range(7):
        a = 6.28 * i / 7 + spread(rng, -0.2, 0.2)
        canvas.polygon([(cx, cy - r * 0.4), (cx + math.cos(a) * r * 0.7, cy - r * 0.45 + math.sin(a) * r * 0.5), (cx + math.cos(a + 0.3) * r * 0.5, cy - r * 0.3 + math.sin(a + 0.3) * r * 0.4)], colour, alpha)


def _round_fruit(rng, canvas, cx, cy, r, colour, alpha):
    canvas.ellipse(cx - r * 0.3, cy + r * 0.1, r * 0.55, r * 0.55, near(rng, bgr(colour), 20), alpha)
    if chance(rng, 0.6):
        canvas.ellipse(cx + r * 0.35, cy + r * 0.2, r * 0.55, r * 0.55, near(rng, bgr(colour), 20), alpha)
    for _ in range(3):
        _blob(rng, canvas, cx + spread(rng, -0.5, 0.5) * r, cy - r * 0.6, r * 0.35, r * 0.2, near(rng, bgr("4a8a4a"), 30), alpha, 6)


def _animal(rng, canvas, cx, cy, r, colour, alpha):
    """A body, a head and legs, as a silhouette."""
    side = 1 if chance(rng, 0.5) else -1
    _blob(rng, canvas, cx, cy, r * 0.75, r * 0.45, colour, alpha, 10, 0.2)
    _blob(rng, canvas, cx + side * r * 0.7, cy - r * 0.4, r * 0.28, r * 0.26, colour, alpha, 7, 0.3)
    for dx in (-0.5, -0.3, 0.25, 0.45):
        canvas.polygon([(cx + dx * r, cy), (cx + (dx + 0.14) * r, cy), (cx + (dx + 0.1) * r, cy + r * 0.85), (cx + dx * r, cy + r * 0.85)], colour, alpha)


def _flag(rng, canvas, cx, cy, r, alpha):
    for i in range(7):
        y = cy - r * 0.6 + i * r * 0.17
        canvas.rectangle(cx - r, y, cx + r, y + r * 0.17, bgr("b8303c" if i % 2 == 0 else "f8f8f8"), alpha)
    canvas.rectangle(cx - r, cy - r * 0.6, cx - r * 0.1, cy + r * 0.1, bgr("2a4488"), alpha)


def _map_outline(rng, canvas, cx, cy, r, colour, alpha):
    _blob(rng, canvas, cx, cy, r * spread(rng, 0.7, 1.2), r * spread(rng, 0.6, 1.0), colour, alpha, int(rng.integers(6, 14)), 0.45)


def _seal(rng, canvas, cx, cy, r, colour, alpha):
    canvas.ellipse(cx, cy, r * 0.8, r * 0.8, colour, alpha)
    canvas.ellipse(cx, cy, r * 0.6, r * 0.6, near(rng, bgr("f0e8c8"), 30), alpha)
    _blob(rng, canvas, cx, cy, r * 0.4, r * 0.4, colour, alpha, 7, 0.5)


def _zia(rng, canvas, cx, cy, r, colour, alpha):
    canvas.ellipse(cx, cy, r * 0.35, r * 0.35, colour, alpha, 2)
    for i in (-1.5, -0.5, 0.5, 1.5):
        canvas.rectangle(cx + i * r * 0.12, cy - r, cx + i * r * 0.12 + 1.5, cy - r * 0.4, colour, alpha)
        canvas.rectangle(cx + i * r * 0.12, cy + r * 0.4, cx + i * r * 0.12 + 1.5, cy + r, colour, alpha)
        canvas.rectangle(cx - r, cy + i * r * 0.12, cx - r * 0.4, cy + i * r * 0.12 + 1.5, colour, alpha)
        canvas.rectangle(cx + r * 0.4, cy + i * r * 0.12, cx + r, cy + i * r * 0.12 + 1.5, colour, alpha)


def _bird(rng, canvas, cx, cy, r, colour, alpha):
    side = 1 if chance(rng, 0.5) else -1
    canvas.polygon([(cx - side * r, cy + r * 0.5), (cx - side * r * 0.1, cy - r * 0.5), (cx + side * r * 0.5, cy - r * 0.6),
                    (cx + side * r * 0.9, cy - r * 0.4), (cx + side * r * 0.5, cy + r * 0.1), (cx, cy + r * 0.5)], colour, alpha)
    if chance(rng, 0.5):
        canvas.polygon([(cx, cy), (cx - side * r * 0.8, cy - r * 0.9), (cx + side * r * 0.2, cy - r * 0.2)], near(rng, colour, 40), alpha)


def _rainbow(rng, canvas, cx, cy, r, alpha):
    for i, c in enumerate(("e86070", "f0a860", "f4e070", "80c880", "70a8e0", "9880d0")):
        canvas.ellipse(cx, cy + r * 1.2, r * (2.6 - 0.16 * i), r * (2.0 - 0.16 * i), bgr(c), alpha * 0.7, 3)


def _tower(rng, canvas, cx, cy, r, colour, alpha):
    canvas.polygon([(cx - r * 0.3, cy + r), (cx - r * 0.15, cy - r * 0.7), (cx + r * 0.15, cy - r * 0.7), (cx + r * 0.3, cy + r)], colour, alpha)
    _blob(rng, canvas, cx, cy - r * 0.8, r * 0.3, r * 0.25, near(rng, colour, 60), alpha, 7)


def _shield(rng, canvas, cx, cy, r, colour, alpha):
    canvas.polygon([(cx - r * 0.6, cy - r * 0.8), (cx + r * 0.6, cy - r * 0.8), (cx + r * 0.6, cy + r * 0.2), (cx, cy + r), (cx - r * 0.6, cy + r * 0.2)], colour, alpha)
    canvas.polygon([(cx - r * 0.45, cy - r * 0.6), (cx, cy - r * 0.6), (cx, cy + r * 0.6), (cx - r * 0.45, cy + r * 0.1)], near(rng, bgr("e8c850"), 60), alpha)


FRUIT = {"orange": "f09030", "peach": "f0a878", "magnolia": "f4e8e8", "chile": "c83030", "lobster": "c83838", "heart": "c02838"}
BEASTS = {"bear": "6a4a30", "buffalo": "6a5040", "horse": "7a90b8", "bronco": "503828", "skull": "b0a898", "lincoln": "7888a0", "faces": "b0a8a0", "oldman": "88a090"}


def picture(rng, canvas: Canvas, name: str, cx, cy, r, alpha=1.0):
    """A small picture of radius r; recognisable by its colours and outline, no more."""
    colour = near(rng, bgr(pick(rng, ("4a6a9a", "8a6a4a", "5a8a6a", "a84850", "9098a8", "d8b050"))), 30)
    if name in ("tree", "cactus"):
        _tree(rng, canvas, cx, cy, r, alpha)
    elif name == "palm":
        _palm(rng, canvas, cx, cy, r, alpha)
    elif name in FRUIT:
        _round_fruit(rng, canvas, cx, cy, r, FRUIT[name], alpha)
    elif name in BEASTS:
        _animal(rng, canvas, cx, cy, r, near(rng, bgr(BEASTS[name]), 25), alpha)
    elif name == "flag":
        _flag(rng, canvas, cx, cy, r, alpha)
    elif name in ("star", "lonestar"):
        star(canvas, cx, cy, r * 0.9, bgr("20386e") if chance(rng, 0.6) else colour, alpha)
    elif name in ("seal", "hive"):
        _seal(rng, canvas, cx, cy, r, colour, alpha)
    elif name == "zia":
        _zia(rng, canvas, cx, cy, r, near(rng, bgr("c04038"), 20), alpha)
    elif name == "diamond":
        canvas.polygon([(cx, cy - r), (cx + r * 0.7, cy), (cx, cy + r), (cx - r * 0.7, cy)], near(rng, bgr("c8dcf0"), 30), alpha)
    elif name in ("bird", "pelican", "plane", "skier", "ship"):
        _bird(rng, canvas, cx, cy, r, colour, alpha)
    elif name == "rainbow":
        _rainbow(rng, canvas, cx, cy, r, alpha)
    elif name in ("torch", "lighthouse", "liberty", "anchor", "wheat"):
        _tower(rng, canvas, cx, cy, r, colour, alpha)
    elif name in ("shield", "keystone"):
        _shield(rng, canvas, cx, cy, r, near(rng, bgr("2c4c9c"), 25), alpha)
    elif name in ("wave", "bridge", "arch"):
        canvas.ellipse(cx, cy + r * 0.8, r, r * 1.3, colour, alpha, max(2, int(r * 0.2)))
    else:  # a state's outline
        _map_outline(rng, canvas, cx, cy, r, near(rng, colour, 30), alpha)
