"""Pieces of vehicles with badges on them, or with things that are none: what the badge net is trained on.

    batch = Samples(64, seed)          # an endless iterable of
    pictures, labels = next(iter(batch))   # uint8 [n, PIECE, PIECE, 3] BGR, int64 [n, CELLS, CELLS]: 0 nothing, 1.. a make, IGNORE
"""
import os

import cv2
import numpy as np
import torch

from badges.emblems import SIDE, STROKES, Drawing, Emblem, emblems, star, strangers
from finder.dataset import road_frames
from splits import negatives

MM_PX = 3.0     # of a vehicle, in one pixel; kMillimetresPx in src/vision/badge.cc
PLATE_MM = 520  # the road frames' plates
PIECE, STRIDE = 80, 8
CELLS = PIECE // STRIDE
IGNORE = -1
# in the order of the net's answers; kMakes in src/vision/badge.cc. Those of emblems().
MAKES = ("acura audi bmw buick cadillac chevrolet chrysler citroen dacia dodge fiat ford gmc honda hyundai infiniti jac jeep kia lada lexus lincoln mazda "
         "mercedes-benz mini mitsubishi nissan opel peugeot pontiac porsche renault saturn seat skoda subaru suzuki tesla toyota volkswagen volvo").split()
# makes that are met most, in one place or another: general knowledge
COMMON = set("audi bmw chevrolet dodge fiat ford honda hyundai jac jeep kia mercedes-benz nissan opel peugeot renault skoda toyota volkswagen".split())


class Shape:
    """An emblem with all that light on it takes: what it fills, and how it slopes."""

    def __init__(self, emblem):
        mask = self.metal = emblem.metal
        self.paint, self.filled = emblem.paint, emblem.filled
        if emblem.paint is not None:
            mask = np.maximum(mask, emblem.paint[..., 3])
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
        closed = cv2.morphologyEx((mask > 0.4).astype(np.uint8), cv2.MORPH_CLOSE, kernel)
        contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        body = np.zeros_like(mask)
        cv2.drawContours(body, contours, -1, 1.0, -1)
        self.body = cv2.GaussianBlur(body, (3, 3), 0)
        self.rim = np.clip(cv2.dilate(self.body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))) - self.body, 0, 1)
        self.slopes = []
        for sigma in (1.2, 2.5):
            height = cv2.GaussianBlur(self.metal, (0, 0), sigma)
            self.slopes.append((cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=sigma / 4), cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=sigma / 4)))
        ys, xs = np.nonzero(mask > 0.2)
        self.width, self.height = (xs.max() - xs.min()) / SIDE, (ys.max() - ys.min()) / SIDE


def curve(rng, at):
    """What polished metal shows at a slope: a line through a few random lightnesses."""
    knots = np.linspace(-1, 1, 6)
    values = rng.random(6) * 200 + 30
    values[1] += 60 * (rng.random() < 0.6)  # what faces up shows the sky
    return np.interp(np.clip(at, -1, 1), knots, values).astype(np.float32)


def tint(rng, light):
    """A colour of that lightness, seldom saturated."""
    away = rng.normal(0, 1, 3) * (8 if rng.random() < 0.75 else 45)
    return np.clip(light + away - away.mean(), 0, 255)


# BGR of what lies between the metal, and of metal that is coloured, where a make has its own
FIELDS = {"ford": [(140, 60, 10), (110, 40, 10)], "volkswagen": [(120, 60, 20), (20, 20, 20)], "bmw": [(190, 130, 20)], "fiat": [(30, 20, 150), (140, 60, 25), (20, 20, 20)],
          "skoda": [(25, 22, 20), (60, 120, 30)], "subaru": [(150, 60, 20)], "dodge": [(30, 20, 150), (20, 20, 20)], "pontiac": [(40, 30, 170)], "buick": [(60, 40, 60)],
          "mercedes-benz": [(110, 60, 20)], "kia": [(30, 20, 120), (20, 20, 20)], "volvo": [(120, 60, 20)], "chrysler": [(120, 60, 20)], "saturn": [(30, 20, 150)],
          "renault": [(20, 20, 20)], "opel": [(20, 20, 20)], "peugeot": [(110, 50, 15)], "jac": [(20, 20, 20), (130, 50, 20)]}
METALS = {"chevrolet": (70, 160, 205), "pontiac": (40, 30, 170)}


def field_color(rng, make):
    dice = rng.random()
    if make in FIELDS and dice < 0.6:
        fields = FIELDS[make]
        return np.float32(fields[int(rng.integers(len(fields)))]) * rng.uniform(0.4, 1.5)
    return rng.uniform(5, 80) if dice < 0.8 else tint(rng, rng.uniform(30, 230))


def sprite(rng, shape, make):
    """BGRA, float: the badge as light falls on it."""
    gx, gy = shape.slopes[int(rng.random() < 0.5)]
    dice = rng.random()
    metal = np.empty((SIDE, SIDE, 3), np.float32)
    if make in METALS and rng.random() < 0.6:
        metal[:] = np.float32(METALS[make]) * rng.uniform(0.5, 1.2)
    elif dice < 0.45:
        metal[:] = rng.uniform(150, 250)
    elif dice < (0.6 if shape.paint is None and shape.filled < 0.9 else 0.48):
        metal[:] = rng.uniform(10, 90)
    else:
        metal[:] = tint(rng, rng.uniform(60, 235))
    lean = rng.normal(0, 0.35)
    facing = gy + lean * gx
    if rng.random() < 0.75:
        strong = rng.uniform(0.2, 0.9)
        metal = metal * (1 - strong) + strong * curve(rng, facing * rng.uniform(1.5, 4))[..., None]
    else:
        metal -= facing[..., None] * rng.uniform(-60, 160)
    row = np.linspace(-1, 1, SIDE, dtype=np.float32)
    metal += rng.normal(0, 25) * row[:, None, None] + rng.normal(0, 10) * row[None, :, None]
    alpha = shape.metal.copy()
    out = metal
    if rng.random() < shape.filled or shape.paint is not None:  # something fills what the metal leaves free
        under = np.empty((SIDE, SIDE, 3), np.float32)
        under[:] = field_color(rng, make)
        body = shape.body * (rng.uniform(0.5, 1) if shape.filled < 0.9 else rng.uniform(0.85, 1))
        if shape.paint is not None:
            body = shape.paint[..., 3]
            light = np.exp(rng.normal(-0.1, 0.35))
            under += (shape.paint[..., :3] * light + rng.normal(0, 6, 3).astype(np.float32) - under) * body[..., None]
        under += rng.normal(0, 20) * row[:, None, None]
        out = under + (metal - under) * shape.metal[..., None]
        alpha = np.maximum(alpha, body)
    if rng.random() < 0.25:
        light = rng.uniform(20, 240)
        out = out + (light - out) * shape.rim[..., None]
        alpha = np.maximum(alpha, shape.rim)
    if rng.random() < 0.25:  # embossed or worn: weaker than paint
        alpha = alpha * rng.uniform(0.45, 0.9)
    return np.dstack([out, alpha])


def placed(rng, picture, image, middle, width_px, wide_share, strong_turn=False):
    """Lays the sprite on the picture, with its shadow; width_px of what is `wide_share` of SIDE."""
    grow = width_px / (wide_share * SIDE)
    turn = rng.normal(0, 0.05 if not strong_turn else 0.3)
    squeeze = rng.uniform(0.85, 1.12)
    shear = rng.normal(0, 0.05)
    c, s = np.cos(turn), np.sin(turn)
    m = np.float64([[c * squeeze, -s + shear], [s * squeeze, c]]) * grow
    shift = np.float64(middle) - m @ np.float64([SIDE / 2, SIDE / 2])
    if grow < 0.75:
        k = 0.5 / grow
        image = cv2.GaussianBlur(image, (0, 0), k)
    over = cv2.warpAffine(image, np.hstack([m, shift[:, None]]), (PIECE, PIECE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    alpha = over[..., 3]
    if rng.random() < 0.5:
        fall = np.float64([[1, 0, rng.normal(0, 1)], [0, 1, rng.uniform(0.5, 3)]])
        shadow = cv2.GaussianBlur(cv2.warpAffine(alpha, fall, (PIECE, PIECE)), (0, 0), rng.uniform(0.6, 2))
        picture *= 1 - (shadow * rng.uniform(0.2, 0.8))[..., None]
    picture += (over[..., :3] - picture) * alpha[..., None]
    if rng.random() < 0.08:
        shine(rng, picture, (middle[0] + rng.normal(0, width_px / 3), middle[1] + rng.normal(0, width_px / 4)), width_px / 12)


def shine(rng, picture, middle, radius):
    """A lamp's or the sun's spot."""
    spot = np.zeros((PIECE, PIECE), np.float32)
    cv2.circle(spot, (int(middle[0]), int(middle[1])), max(1, int(radius)), 1.0, -1)
    picture += (cv2.GaussianBlur(spot, (0, 0), radius + 0.5) * rng.uniform(60, 250))[..., None]


def odd_shape(rng, others):
    """Something that is no badge we know: another maker's, rings, ovals, bars, letters, heaps of them."""
    if rng.random() < 0.2:
        return others[int(rng.integers(len(others)))]
    drawing = Drawing()
    dice = rng.random()
    if dice < 0.3:
        drawing.word("".join(rng.choice(sorted(STROKES), int(rng.integers(1, 8)))), 2, rng.uniform(0.2, 0.7), thick=rng.uniform(0.04, 0.14))
    elif dice < 0.8:
        rx, ry, thick = 1, rng.uniform(0.35, 1.1), rng.uniform(0.06, 0.25)
        if rng.random() < 0.75:
            drawing.ring(rx, ry, thick) if rng.random() < 0.7 else drawing.ellipse(rx, ry)
        value = 0 if rng.random() < 0.3 else 255
        for _ in range(int(rng.integers(0, 4))):
            kind = rng.random()
            x, y = rng.normal(0, 0.3, 2)
            if kind < 0.3:
                drawing.ellipse(*rng.uniform(0.08, 0.5, 2), x, y, value)
            elif kind < 0.6:
                drawing.line(rng.uniform(-0.6, 0.6, (int(rng.integers(2, 5)), 2)), rng.uniform(0.06, 0.2), value)
            elif kind < 0.75:
                drawing.polygon(star(int(rng.integers(2, 9)), rng.uniform(0.3, 0.7), rng.uniform(0.1, 0.3), rng.uniform(0, 360)) + (x, y), value)
            else:
                drawing.polygon(rng.uniform(-0.6, 0.6, (int(rng.integers(3, 6)), 2)), value)
    else:
        for _ in range(int(rng.integers(1, 5))):
            x, y = rng.normal(0, 0.4, 2)
            w, h = rng.uniform(0.05, 0.8, 2)
            drawing.polygon([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], 255 if rng.random() < 0.8 else 0)
    if drawing.canvas.max() < 60:
        drawing.ellipse(0.5, 0.3)
    return Shape(Emblem(drawing.mask()))


def plain_panel(rng):
    row = np.linspace(-1, 1, PIECE, dtype=np.float32)
    base = np.float32(tint(rng, rng.choice([rng.uniform(5, 60), rng.uniform(60, 200), rng.uniform(180, 250)])))
    light = rng.normal(0, 25) * row[:, None] + rng.normal(0, 10) * row[None, :] + rng.normal(0, 15) * row[:, None] ** 2
    picture = base + light[..., None]
    for _ in range(int(rng.integers(0, 4))):  # creases and gaps
        y, slope = rng.uniform(-10, PIECE + 10), rng.normal(0, 0.12)
        cv2.line(picture, (0, int(y)), (PIECE, int(y + slope * PIECE)), [float(v) for v in base * rng.uniform(0.3, 1.5)], int(rng.integers(1, 4)), cv2.LINE_AA)
    return picture


def grille(rng):
    """Bars or a mesh, bright on dark or the other way."""
    picture = np.empty((PIECE, PIECE, 3), np.float32)
    picture[:] = tint(rng, rng.uniform(5, 90))
    bright, step = tint(rng, rng.uniform(40, 240)), rng.uniform(4, 16)
    thick = max(1, int(step * rng.uniform(0.15, 0.6)))
    kind, tilt = rng.random(), rng.normal(0, 0.1)
    color = [float(v) for v in bright]
    for at in np.arange(-PIECE, 2 * PIECE, step):
        if kind < 0.55:
            cv2.line(picture, (0, int(at)), (PIECE, int(at + tilt * PIECE)), color, thick, cv2.LINE_AA)
        elif kind < 0.75:
            cv2.line(picture, (int(at), 0), (int(at + tilt * PIECE), PIECE), color, thick, cv2.LINE_AA)
        else:
            cv2.line(picture, (int(at), 0), (int(at + PIECE * 0.7), PIECE), color, thick, cv2.LINE_AA)
            cv2.line(picture, (int(at), 0), (int(at - PIECE * 0.7), PIECE), color, thick, cv2.LINE_AA)
    if rng.random() < 0.3:  # a bonnet's edge above
        edge = int(rng.uniform(0, PIECE * 0.6))
        picture[:edge] = plain_panel(rng)[:edge]
    return picture


class Places:
    """Where badges could be: around the plates of the road frames, and anywhere in pictures without plates."""

    AROUND_MM, ABOVE_MM, BELOW_MM = 900, 1100, 250
    STRIP_MM = 170  # to either side of the plate's middle: there the vehicle's own badge may be

    def __init__(self, training, most=420):
        self.areas, self.pictures = [], []
        grain = 4.0  # mm, finer than the frames are
        for picture, boxes in road_frames(training):
            for x, y, w, h in boxes:
                if w < 55 or len(self.areas) >= most:
                    continue
                grow = PLATE_MM / w / grain
                size = round(2 * self.AROUND_MM / grain), round((self.ABOVE_MM + self.BELOW_MM) / grain)
                middle = x + w / 2, y + h / 2
                move = np.float64([[grow, 0, size[0] / 2 - middle[0] * grow], [0, grow, self.ABOVE_MM / grain - middle[1] * grow]])
                self.areas.append(cv2.warpAffine(picture, move, size, flags=cv2.INTER_LINEAR if grow > 0.7 else cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT))
        self.grain = grain
        for path in negatives(training):
            picture = cv2.imread(path)
            if picture is not None:
                shrink = min(1, 420 / max(picture.shape[:2]))
                self.pictures.append(cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))

    def cut(self, rng, source, middle, grow):
        move = np.float64([[grow, 0, PIECE / 2 - middle[0] * grow], [0, grow, PIECE / 2 - middle[1] * grow]])
        if rng.random() < 0.5:
            move[0] = -move[0]
            move[0, 2] += PIECE - 1
        return cv2.warpAffine(source, move, (PIECE, PIECE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32)

    def draw(self, rng, with_badge):
        """(picture, whether there may be a badge that nobody labelled)."""
        dice = rng.random()
        if dice < 0.2:
            return plain_panel(rng), False
        if dice < 0.38:
            return grille(rng), False
        if dice < 0.52 or not self.areas:
            source = self.pictures[int(rng.integers(len(self.pictures)))]
            grow = rng.uniform(0.5, 2)
            h, w = source.shape[:2]
            return self.cut(rng, source, (rng.uniform(0, w), rng.uniform(0, h)), grow), False
        source = self.areas[int(rng.integers(len(self.areas)))]
        scale = rng.uniform(0.75, 1.35) * self.grain / MM_PX
        half_mm = PIECE / 2 / scale * self.grain
        if with_badge and rng.random() < 0.55:
            x, y = rng.uniform(-self.STRIP_MM, self.STRIP_MM), rng.uniform(50, 700)
            strip = True
        else:
            strip = False
            if rng.random() < 0.3:  # the plate and what is below
                x, y = rng.uniform(-500, 500), rng.uniform(-200, 60 - half_mm)
            else:
                x, y = rng.choice([-1, 1]) * rng.uniform(self.STRIP_MM + half_mm, self.AROUND_MM), rng.uniform(-100, 950)
        return self.cut(rng, source, ((self.AROUND_MM + x) / self.grain, (self.ABOVE_MM - y) / self.grain), scale), strip


def spoilt(rng, picture):
    """As a camera sees it that is far, moves, is dark, or saves space."""
    gain = np.float32(np.exp(rng.normal(0, 0.12, 3)))
    if rng.random() < 0.35:
        picture = np.repeat((picture @ np.float32([0.114, 0.587, 0.299]))[..., None], 3, 2)
    picture = np.clip(picture, 0, 255) * gain * np.exp(rng.normal(-0.1, 0.35)) + rng.normal(0, 12)
    if rng.random() < 0.3:  # haze, or little light
        picture = picture * rng.uniform(0.35, 0.9) + rng.uniform(0, 90)
    if rng.random() < 0.3:
        length = int(rng.integers(2, 5))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(kernel, (0, int(rng.integers(length))), (length - 1, int(rng.integers(length))), 1.0, 1)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    coarse = rng.uniform(0.45, 1.6)
    side = round(PIECE * coarse) if coarse < 1 else PIECE
    if coarse < 1:
        picture = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.0))
    if rng.random() < 0.3:
        picture = picture + (picture - cv2.GaussianBlur(picture, (0, 0), 1.2)) * rng.uniform(0.3, 1.2)
    picture = picture + rng.standard_normal(picture.shape, np.float32) * rng.uniform(0, 8)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])[1], cv2.IMREAD_COLOR)
    if side != PIECE:
        picture = cv2.resize(picture, (PIECE, PIECE), interpolation=cv2.INTER_LINEAR if rng.random() < 0.8 else cv2.INTER_CUBIC)
    return picture


def label_badge(labels, middle, width_px, height_px, make):
    """The cells at the badge's middle carry its make; those near it say nothing."""
    at = (np.arange(CELLS) + 0.5) * STRIDE
    dx, dy = np.abs(at[None, :] - middle[0]), np.abs(at[:, None] - middle[1])
    rx, ry = max(6.0, 0.22 * width_px), max(6.0, 0.22 * height_px)
    near = (dx < max(14.0, 0.65 * width_px)) & (dy < max(14.0, 0.65 * height_px))
    inside = (dx < rx) & (dy < ry)
    labels[near] = IGNORE
    labels[inside] = make


class Samples(torch.utils.data.IterableDataset):
    WIDE_MM = {"ford": (110, 230), "toyota": (90, 170), "chevrolet": (110, 230), "chrysler": (110, 230), "audi": (120, 270), "gmc": (110, 220), "jeep": (80, 180),
               "mini": (80, 160), "cadillac": (70, 170), "nissan": (80, 150), "subaru": (80, 150), "opel": (80, 150), "jac": (70, 150), "hyundai": (80, 160), "kia": (80, 150),
               "lexus": (80, 150), "renault": (45, 85), "lincoln": (30, 60), "pontiac": (40, 100), "volkswagen": (75, 140), "fiat": (65, 140), "skoda": (65, 115),
               "peugeot": (60, 120), "tesla": (60, 120), "dodge": (60, 160), "honda": (65, 130)}

    def __init__(self, batch, seed, training=True):
        self.batch, self.seed = batch, seed
        assert sorted(emblems()) == MAKES
        self.shapes = {make: [Shape(e) for e in some] for make, some in emblems().items()}
        self.others = [Shape(e) for e in strangers()]
        self.places = Places(training)
        self.order = [number for number, make in enumerate(MAKES) for _ in range(2 if make in COMMON else 1)]

    def one(self, rng):
        has_badge = rng.random() < 0.72
        picture, strip = self.places.draw(rng, has_badge)
        labels = np.full((CELLS, CELLS), IGNORE if strip else 0, np.int64)
        odd = rng.random() < (0.2 if has_badge else 0.6)
        if odd:
            shape = self.odd[int(rng.integers(len(self.odd)))]
            middle = rng.uniform(0, PIECE, 2)
            width = rng.uniform(7, 70)
            if not has_badge or abs(middle - PIECE / 2).max() > 34:
                placed(rng, picture, sprite(rng, shape, ""), middle, width, max(shape.width, shape.height), True)
        if rng.random() < 0.12:
            shine(rng, picture, rng.uniform(0, PIECE, 2), rng.uniform(1, 8))
        if has_badge:
            number = self.order[int(rng.integers(len(self.order)))]
            make = MAKES[number]
            shape = self.shapes[make][int(rng.integers(len(self.shapes[make])))]
            low, high = self.WIDE_MM.get(make, (65, 130))
            width = np.exp(rng.uniform(np.log(low), np.log(high))) / MM_PX
            if shape.width < shape.height and make not in ("renault", "lincoln", "pontiac"):
                width *= shape.width / shape.height
            tall = width * shape.height / shape.width
            middle = rng.uniform(18, PIECE - 18, 2)
            placed(rng, picture, sprite(rng, shape, make), middle, width, shape.width)
            label_badge(labels, middle, width, tall, number + 1)
        return spoilt(rng, picture), labels

    def __iter__(self):
        rng = np.random.default_rng(self.seed)
        self.odd = [odd_shape(rng, self.others) for _ in range(150)]
        drawn = 0
        while True:
            pairs = [self.one(rng) for _ in range(self.batch)]
            drawn += 1
            self.odd[drawn % len(self.odd)] = odd_shape(rng, self.others)
            yield np.stack([p for p, _ in pairs]), np.stack([l for _, l in pairs])
