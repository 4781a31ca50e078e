"""What happens to a plate on the road, and how light falls on it; all on the plate itself, not in the camera."""
from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas, three
from .dice import chance, pick, spread


def _shift(mask, dx, dy):
    return cv2.warpAffine(mask, np.float32([[1, 0, dx], [0, 1, dy]]), (mask.shape[1], mask.shape[0]))


def smooth_noise(rng, h, w, cells_y, cells_x) -> np.ndarray:
    """Noise in 0..1 without detail finer than the cells."""
    grid = rng.random((cells_y, cells_x), dtype=np.float32)
    return cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC)


def emboss(rng, canvas: Canvas):
    """Light and shadow along the edges of the embossed characters."""
    raised = np.maximum(canvas.ink, canvas.relief) if canvas.relief.any() else canvas.ink
    reach = spread(rng, 0.8, 2.2)
    angle = spread(rng, 0, 6.283)
    dx, dy = reach * np.cos(angle), reach * abs(np.sin(angle))
    soft = cv2.GaussianBlur(raised, (0, 0), spread(rng, 0.7, 1.4))
    slope = _shift(soft, dx, dy).astype(np.float32) - soft  # towards the light: negative
    light, shade = spread(rng, 0.1, 0.45), spread(rng, 0.1, 0.55)
    canvas.image += three(np.where(slope < 0, -slope * np.float32(light), -slope * np.float32(shade)))


def drop_shadow(rng, canvas: Canvas):
    """A dark rim beside the characters, as dirt and paint leave it."""
    rim = cv2.subtract(_shift(canvas.ink, spread(rng, -2, 2), spread(rng, 0.5, 2)), canvas.ink)
    canvas.paint(rim, 0, 0, (30, 30, 30), spread(rng, 0.15, 0.5))


def wear_ink(rng, canvas: Canvas):
    """Returns the ink mask with paint missing."""
    noise = smooth_noise(rng, canvas.h, canvas.w, int(rng.integers(8, 26)), int(rng.integers(14, 50)))
    keep = np.clip((noise - spread(rng, 0.0, 0.22)) * 8, 0, 1)
    # Some paint stays in the worst places, so that a person can still read what is there.
    canvas.ink = (canvas.ink * np.maximum(keep, spread(rng, 0.3, 0.7))).astype(np.uint8)


def fade(rng, canvas: Canvas):
    """Sun-bleached: everything nearer to a grey of its own brightness, or to the paint's white."""
    mean = canvas.image.mean(axis=(0, 1), keepdims=True)
    target = mean * 0.5 + spread(rng, 90, 210) * 0.5
    canvas.image += (target - canvas.image) * spread(rng, 0.1, 0.45)


def dirt(rng, canvas: Canvas):
    """Road dirt: in clouds, thicker towards an edge, or splashed; with some grain."""
    noise = smooth_noise(rng, canvas.h, canvas.w, int(rng.integers(2, 12)), int(rng.integers(3, 22)))
    grain = smooth_noise(rng, canvas.h, canvas.w, canvas.h // int(rng.integers(2, 7)), canvas.w // int(rng.integers(2, 9)))
    slope = np.linspace(spread(rng, -0.3, 0.1), spread(rng, 0, 0.4), canvas.h, dtype=np.float32)[:, None]
    amount = noise * np.float32(0.8) + grain * np.float32(spread(rng, 0.05, 0.35)) + slope - np.float32(spread(rng, 0.45, 0.85))
    amount = np.clip(amount * np.float32(spread(rng, 0.5, 1.3)), 0, 0.72)
    colour = np.float32(pick(rng, ((60, 75, 90), (40, 45, 50), (90, 100, 110), (130, 150, 165), (200, 205, 205))))
    canvas.image *= three(1 - amount)
    canvas.image += cv2.merge([amount * c for c in colour])


def specks(rng, canvas: Canvas):
    colour = pick(rng, ((40, 45, 50), (70, 85, 100), (220, 225, 225)))
    for _ in range(int(rng.integers(3, 30))):
        r = spread(rng, 0.5, 2.4) * canvas.h / 110
        canvas.ellipse(spread(rng, 0, canvas.w), spread(rng, 0, canvas.h), max(1, r), max(1, r), colour, spread(rng, 0.3, 0.9))


def scratches(rng, canvas: Canvas):
    mask = np.zeros((canvas.h, canvas.w), np.uint8)
    for _ in range(int(rng.integers(1, 6))):
        x, y = spread(rng, 0, canvas.w), spread(rng, 0, canvas.h)
        length, angle = spread(rng, 0.1, 0.6) * canvas.w, spread(rng, -0.8, 0.8)
        end = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
        cv2.line(mask, (int(x), int(y)), end, 255, 1, cv2.LINE_AA)
    canvas.paint(mask, 0, 0, pick(rng, ((60, 60, 60), (200, 200, 200), (120, 130, 140))), spread(rng, 0.2, 0.7))


def glare(rng, canvas: Canvas):
    """A reflection: a soft slanted band, or a spot."""
    xs = np.linspace(0, 1, canvas.w, dtype=np.float32)[None]
    ys = np.linspace(0, 1, canvas.h, dtype=np.float32)[:, None]
    if chance(rng, 0.6):
        d = (xs + ys * spread(rng, -0.6, 0.6) - spread(rng, 0, 1.2)) / spread(rng, 0.08, 0.4)
    else:
        d = np.sqrt((xs - rng.random()) ** 2 * 4 + (ys - rng.random()) ** 2) / spread(rng, 0.2, 0.6)
    canvas.image += three(np.exp(-d * d) * np.float32(spread(rng, 30, 150)))


def shadow(rng, canvas: Canvas):
    """The shadow of the bumper, a tow ball or a wall beside."""
    xs = np.linspace(0, 1, canvas.w, dtype=np.float32)[None]
    ys = np.linspace(0, 1, canvas.h, dtype=np.float32)[:, None]
    if chance(rng, 0.7):
        edge = ys - spread(rng, 0.1, 0.8) + (xs - 0.5) * spread(rng, -0.8, 0.8)
    else:
        edge = xs - spread(rng, 0.1, 0.9) + (ys - 0.5) * spread(rng, -0.5, 0.5)
    side = 1 if chance(rng, 0.6) else -1
    k = 1 / (1 + np.exp(np.clip(side * edge / spread(rng, 0.005, 0.06), -30, 30)))
    canvas.image *= three(1 - k * np.float32(spread(rng, 0.25, 0.7)))


def cover(rng, canvas: Canvas):
    """A tinted or clouded sheet over the plate: less contrast, and darker or milky."""
    k, level = spread(rng, 0.2, 0.6), spread(rng, 20, 190)
    canvas.image *= np.float32(1 - k)
    canvas.image += np.float32(k * level)


def lamps(rng, canvas: Canvas):
    """Night: the plate's own lamps shine from above, from one or two places, and leave the rest dark."""
    xs = np.linspace(0, 1, canvas.w, dtype=np.float32)[None]
    ys = np.linspace(0, 1, canvas.h, dtype=np.float32)[:, None]
    light = np.full((canvas.h, canvas.w), spread(rng, 0.2, 0.5), np.float32)
    for x in pick(rng, ((0.5,), (0.25, 0.75), (spread(rng, 0, 1),))):
        reach = spread(rng, 0.3, 0.8)
        light += np.exp(-((xs - x) ** 2 * 3 + (ys + 0.1) ** 2) / reach ** 2) * np.float32(spread(rng, 0.5, 1.1))
    canvas.image *= three(light)


def hollow(rng, canvas: Canvas):
    """The raised faces have lost their paint: mostly the characters' edges are left of them."""
    side = 2 * int(canvas.h * spread(rng, 0.012, 0.022)) + 1
    core = cv2.erode(canvas.ink, np.ones((side, side), np.uint8))
    canvas.ink = cv2.subtract(canvas.ink, cv2.convertScaleAbs(core, alpha=spread(rng, 0.3, 0.85)))


def shading(rng, canvas: Canvas):
    """Uneven light over the plate."""
    a, b = spread(rng, -0.25, 0.25), spread(rng, -0.25, 0.25)
    xs = np.linspace(-a, a, canvas.w, dtype=np.float32)[None]
    ys = np.linspace(-b, b, canvas.h, dtype=np.float32)[:, None]
    canvas.image *= three(1 + xs + ys)


def bend(rng, image: np.ndarray) -> np.ndarray:
    """A bowed plate, or one with a bent corner; the outline stays where it is."""
    h, w = image.shape[:2]
    xs, ys = np.meshgrid(np.linspace(0, 1, w, dtype=np.float32), np.linspace(0, 1, h, dtype=np.float32))
    inside = 4 * ys * (1 - ys)
    wave = np.sin(xs * spread(rng, 2, 7) + spread(rng, 0, 6.28)) * spread(rng, 0.005, 0.03) * h
    return cv2.remap(image, xs * (w - 1), np.float32(ys * (h - 1) + wave * inside), cv2.INTER_LINEAR)


def infrared(rng, image: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """An infrared camera's view: a bright retro-reflective ground, dark characters, prints half gone."""
    h, w = ink.shape
    ground = spread(rng, 110, 245)
    dark = spread(rng, 10, ground * 0.55)
    if chance(rng, 0.1):
        ground, dark = dark, ground
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    left = spread(rng, 0.05, 0.5)  # how much of the printed picture the infrared light still shows
    out = ground + (grey - float(grey.mean())) * left * 0.6
    a = ink.astype(np.float32) / 255
    out += (dark - out) * a
    out *= 0.75 + 0.5 * smooth_noise(rng, h, w, 2, 3)
    return cv2.merge([np.clip(out, 0, 255).astype(np.uint8)] * 3)


def age(rng, canvas: Canvas):
    """A draw of what acts on a painted canvas."""
    if chance(rng, 0.15):
        drop_shadow(rng, canvas)
    if chance(rng, 0.16):
        fade(rng, canvas)
    if chance(rng, 0.4):
        dirt(rng, canvas)
    if chance(rng, 0.15):
        specks(rng, canvas)
    if chance(rng, 0.1):
        scratches(rng, canvas)
    if chance(rng, 0.06):
        cover(rng, canvas)
    if chance(rng, 0.12):
        glare(rng, canvas)
    if chance(rng, 0.06):
        lamps(rng, canvas)
    if chance(rng, 0.15):
        shadow(rng, canvas)
    if chance(rng, 0.5):
        shading(rng, canvas)
