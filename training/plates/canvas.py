"""A plate being painted: a float picture, and the few strokes of the brush that all layouts share."""
from __future__ import annotations

import cv2
import numpy as np

from . import fonts
from .dice import pick, spread


def bgr(hex_rgb: str) -> tuple:
    return (int(hex_rgb[4:6], 16), int(hex_rgb[2:4], 16), int(hex_rgb[0:2], 16))


def near(rng, colour, amount=12.0) -> tuple:
    """The colour, as another batch of paint has it."""
    return tuple(min(255.0, max(0.0, v + spread(rng, -amount, amount))) for v in colour)


def three(plane: np.ndarray) -> np.ndarray:
    """A plane for each of the three colours: much faster than letting numpy stretch it over them."""
    return cv2.merge((plane, plane, plane))


class Canvas:
    def __init__(self, height: int, width: int, colour):
        self.h, self.w = height, width
        self.image = cv2.merge([np.full((height, width), c, np.float32) for c in colour])
        self.ink = np.zeros((height, width), np.uint8)  # the serial
        self.relief = np.zeros((height, width), np.uint8)  # what else is embossed

    def paint(self, mask, x: int, y: int, colour, alpha=1.0):
        h, w = mask.shape
        x0, y0, x1, y1 = max(0, x), max(0, y), min(self.w, x + w), min(self.h, y + h)
        if x1 <= x0 or y1 <= y0:
            return
        part = self.image[y0:y1, x0:x1]
        a = mask[y0 - y:y1 - y, x0 - x:x1 - x].astype(np.float32) * np.float32(alpha / 255.0)
        part *= three(1 - a)
        part += cv2.merge([a * np.float32(c) for c in colour])

    def paint_ink(self, colour, alpha=1.0):
        self.paint(self.ink, 0, 0, colour, alpha)

    def rectangle(self, x0, y0, x1, y1, colour, alpha=1.0):
        x0, y0, x1, y1 = (int(v) for v in (x0, y0, x1, y1))
        part = self.image[max(0, y0):max(0, y1), max(0, x0):max(0, x1)]
        part *= 1 - alpha
        part += np.asarray(colour, np.float32) * np.float32(alpha)

    def vertical_gradient(self, stops):
        """stops: [(0..1, colour)], rising."""
        at = np.linspace(0, 1, self.h, dtype=np.float32)
        places = [s for s, _ in stops]
        for i in range(3):
            self.image[:, :, i] = np.interp(at, places, [c[i] for _, c in stops]).astype(np.float32)[:, None]

    def polygon(self, points, colour, alpha=1.0):
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, y0 = max(0, int(min(xs)) - 1), max(0, int(min(ys)) - 1)
        x1, y1 = min(self.w, int(max(xs)) + 2), min(self.h, int(max(ys)) + 2)
        if x1 <= x0 or y1 <= y0:
            return
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        inside = [(int((x - x0) * 16), int((y - y0) * 16)) for x, y in points]
        cv2.fillPoly(mask, [np.array(inside, np.int32)], 255, cv2.LINE_AA, 4)
        self.paint(mask, x0, y0, colour, alpha)

    def ellipse(self, cx, cy, rx, ry, colour, alpha=1.0, thickness=-1):
        x0, y0 = int(cx - rx) - 2, int(cy - ry) - 2
        mask = np.zeros((int(2 * ry) + 6, int(2 * rx) + 6), np.uint8)
        cv2.ellipse(mask, (int(cx) - x0, int(cy) - y0), (max(1, int(rx)), max(1, int(ry))), 0, 0, 360, 255, thickness,
                    cv2.LINE_AA)
        self.paint(mask, x0, y0, colour, alpha)

    def line_of_print(self, rng, text, manner, cx, cy, height, max_width, colour, alpha=1.0):
        """A line of small print centred at (cx, cy); narrower if it must be. Returns the width it took."""
        faces = fonts.print_faces(manner)
        mask = fonts.line(pick(rng, faces), text)
        return self.mask_at(mask, cx, cy, height, max_width, colour, alpha)

    def mask_at(self, mask, cx, cy, height, max_width, colour, alpha=1.0):
        h = max(3, int(round(height)))
        w = max(3, int(round(mask.shape[1] * h / mask.shape[0])))
        if w > max_width:
            h = max(3, int(h * max(0.6, max_width / w)))
            w = max(3, int(max_width))
        small = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
        self.paint(small, int(cx - w / 2), int(cy - h / 2), colour, alpha)
        return w

    def border(self, inset, thickness, radius, colour, alpha=1.0):
        """A rounded frame line."""
        self.paint(frame_mask(self.h, self.w, inset, thickness, radius), 0, 0, colour, alpha)

    def round_corners(self, radius, colour):
        r = max(1, min(radius, self.h // 2))
        corner = corner_mask(2 * r, 2 * r, r)
        for x, left in ((0, True), (self.w - r, False)):
            for y, top in ((0, True), (self.h - r, False)):
                self.paint(corner[:r if top else None, :r if left else None][0 if top else r:, 0 if left else r:], x, y, colour)

    def finished(self) -> np.ndarray:
        return np.clip(self.image, 0, 255).astype(np.uint8)


def rounded_rectangle(h, w, inset, radius) -> np.ndarray:
    mask = np.zeros((h, w), np.uint8)
    x0, y0, x1, y1 = inset, inset, w - 1 - inset, h - 1 - inset
    r = int(max(0, min(radius, (x1 - x0) / 2, (y1 - y0) / 2)))
    if x1 <= x0 or y1 <= y0:
        return mask
    if r == 0:
        mask[y0:y1 + 1, x0:x1 + 1] = 255
        return mask
    cv2.rectangle(mask, (x0 + r, y0), (x1 - r, y1), 255, -1)
    cv2.rectangle(mask, (x0, y0 + r), (x1, y1 - r), 255, -1)
    for cx in (x0 + r, x1 - r):
        for cy in (y0 + r, y1 - r):
            cv2.circle(mask, (cx, cy), r, 255, -1, cv2.LINE_AA)
    return mask


def frame_mask(h, w, inset, thickness, radius) -> np.ndarray:
    outer = rounded_rectangle(h, w, int(inset), radius)
    inner = rounded_rectangle(h, w, int(inset + thickness), max(0, radius - thickness))
    return cv2.subtract(outer, inner)


def corner_mask(h, w, radius) -> np.ndarray:
    return 255 - rounded_rectangle(h, w, 0, radius)
