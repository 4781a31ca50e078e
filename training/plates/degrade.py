"""degrade(rng, crop): what cameras, distance, night and compression do to a cut-out plate.

The strength is drawn once a crop, so that bad pictures are bad in several ways at once; about a third come out
hard to read, though a person still can.
"""
from __future__ import annotations

import cv2
import numpy as np

from .dice import chance, pick, spread

NOISE_SIDE = 256
LEAST_DEVIATION = 9.0  # standard deviation of the grey levels
_noise = np.random.default_rng(20110).normal(0, 1, (NOISE_SIDE, NOISE_SIDE, 3)).astype(np.float32)


def _motion_kernel(length: float, angle: float) -> np.ndarray:
    n = int(length) | 1
    kernel = np.zeros((n, n), np.float32)
    c = (n - 1) / 2
    dx, dy = np.cos(angle) * c, np.sin(angle) * c
    cv2.line(kernel, (int(round(c - dx)), int(round(c - dy))), (int(round(c + dx)), int(round(c + dy))), 1.0, 1)
    return kernel / kernel.sum()


def _low_resolution(rng, image, strength):
    """Down to the size that a far plate has on the sensor, noise and compression there, and up again."""
    h, w = image.shape[:2]
    lines = spread(rng, 17 + 31 * (1 - strength), 26 + 60 * (1 - strength))  # the plate's height in pixels
    if lines >= h:
        return image
    size = (max(8, int(w * lines / h)), max(6, int(lines)))
    small = cv2.resize(image, size, interpolation=pick(rng, (cv2.INTER_AREA, cv2.INTER_AREA, cv2.INTER_LINEAR)))
    if chance(rng, 0.35):
        small = _noisy(rng, small, strength * 0.8)
    if chance(rng, 0.5):
        small = _encoded(small, int(spread(rng, 30, 92)))
    return cv2.resize(small, (w, h), interpolation=pick(rng, (cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_NEAREST)))


def _blur(rng, image, strength):
    h = image.shape[0]
    roll = rng.random()
    if roll < 0.45:
        return cv2.GaussianBlur(image, (0, 0), max(0.25, h / 64 * spread(rng, 0.2, 0.5 + 1.5 * strength)))
    if roll < 0.8:
        length = h / 64 * spread(rng, 1, 2 + 6 * strength)
        if length < 2:
            return image
        angle = spread(rng, -0.35, 0.35) if chance(rng, 0.75) else spread(rng, 0, 3.14)
        return cv2.filter2D(image, -1, _motion_kernel(length, angle), borderType=cv2.BORDER_REPLICATE)
    return image


def _tone(rng, image, strength) -> np.ndarray:
    """Exposure, contrast, gamma and colour cast, as one table a channel."""
    x = np.arange(256, dtype=np.float32) / 255
    x = x ** np.exp(spread(rng, -0.7, 0.7) * (0.4 + strength * 0.6))
    contrast = spread(rng, 1 - 0.75 * strength, 1.15)
    level = spread(rng, 0.5 - 0.35 * strength, 0.5 + 0.25 * strength)
    x = (x - 0.5) * contrast + level
    if chance(rng, 0.12):  # blown out by a lamp
        x = x * spread(rng, 1.2, 1.7)
    table = np.empty((256, 1, 3), np.float32)
    cast = spread(rng, 0, 0.16 + 0.2 * strength)
    for i in range(3):
        table[:, 0, i] = x * (1 + spread(rng, -cast, cast))
    if chance(rng, 0.04):  # one channel only: a coloured lamp or filter
        table[:, 0, :] *= np.float32(pick(rng, ((0.6, 1, 0.2), (0.3, 0.3, 1), (1, 0.6, 0.4))))
    return cv2.LUT(image, np.clip(table * 255, 0, 255).astype(np.uint8))


def _noisy(rng, image, strength):
    h, w = image.shape[:2]
    sigma = spread(rng, 0, 4 + 22 * strength * strength)
    if sigma < 1.5:
        return image
    grain = 1 if chance(rng, 0.5) else int(rng.integers(1, max(2, h // 24) + 1))
    nh, nw = -(-h // grain), -(-w // grain)
    y, x = int(rng.integers(0, NOISE_SIDE)), int(rng.integers(0, NOISE_SIDE))
    rows, cols = (np.arange(nh) + y) % NOISE_SIDE, (np.arange(nw) + x) % NOISE_SIDE
    noise = _noise[rows[:, None], cols[None]]
    if chance(rng, 0.5):
        noise = np.repeat(noise[:, :, :1], 3, axis=2)
    if grain > 1:
        noise = cv2.resize(noise, (w, h), interpolation=cv2.INTER_LINEAR)
    return cv2.add(image, noise * sigma, dtype=cv2.CV_8U)


def _bloom(rng, image):
    """What is bright spills over, as on a sensor that looks into retro-reflected light."""
    bright = cv2.subtract(image, (int(spread(rng, 90, 180)),) * 4)
    soft = cv2.GaussianBlur(bright, (0, 0), spread(rng, 1.5, 5) * image.shape[0] / 64)
    return cv2.addWeighted(image, 1, soft, spread(rng, 0.5, 1.4), 0)


def _sharpened(rng, image):
    soft = cv2.GaussianBlur(image, (0, 0), spread(rng, 0.8, 2.0) * image.shape[0] / 64)
    k = spread(rng, 0.4, 1.8)
    return cv2.addWeighted(image, 1 + k, soft, -k, 0)


def _encoded(image, quality):
    done, data = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return cv2.imdecode(data, cv2.IMREAD_COLOR) if done else image


def _compressed(rng, image, strength):
    return _encoded(image, int(spread(rng, 15 + 55 * (1 - strength), 55 + 35 * (1 - strength))))


def _combed(rng, image):
    """An interlaced picture of a moving car: every other line a little aside."""
    out = image.copy()
    shift = int(rng.integers(1, 4)) * (1 if chance(rng, 0.5) else -1)
    out[::2] = np.roll(image[::2], shift, axis=1)
    return out


def _wavy(rng, image):
    """Water on the lens, hot air, a plate not quite flat."""
    h, w = image.shape[:2]
    reach = h / 64 * spread(rng, 0.6, 2.0)
    cells = (int(rng.integers(3, 6)), int(rng.integers(5, 12)))
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    for plane in (xs, ys):
        plane += cv2.resize((rng.random(cells, dtype=np.float32) - 0.5) * np.float32(2 * reach), (w, h), interpolation=cv2.INTER_CUBIC)
    return cv2.remap(image, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _smear_kernel(length: float, angle: float) -> np.ndarray:
    """The path of a point during the exposure, `length` px of it, in sixteenths of a pixel."""
    n = int(np.ceil(length)) // 2 * 2 + 3
    kernel = np.zeros((n + 1, n + 1), np.float32)
    for t in np.linspace(-length / 2, length / 2, max(2, int(16 * length))):
        x, y = n // 2 + t * np.cos(angle), n // 2 + t * np.sin(angle)
        i, j, a, b = int(y), int(x), y % 1, x % 1
        kernel[i:i + 2, j:j + 2] += np.float32([[(1 - a) * (1 - b), (1 - a) * b], [a * (1 - b), a * b]])
    return kernel[:n, :n] / kernel[:n, :n].sum()


def smeared(rng, image, length_px):
    """As if it had moved so far during the exposure, mostly from side to side."""
    angle = spread(rng, -0.15, 0.15) if chance(rng, 0.8) else spread(rng, 0, 3.14)
    if abs(np.sin(angle)) > 0.3:
        length_px *= 0.5
    return cv2.filter2D(image, -1, _smear_kernel(length_px, angle), borderType=cv2.BORDER_REPLICATE)


def in_some_light(rng, image):
    return _tone(rng, image, rng.random()) if chance(rng, 0.5) else image


def _thin_stream(rng, image):
    """What a video encoder that lacks bits leaves: coarse blocks, each frame's laid elsewhere, and their mean."""
    h, w = image.shape[:2]
    total = np.zeros(image.shape, np.float32)
    frames, quality = int(rng.integers(1, 4)), spread(rng, 6, 35)
    for _ in range(frames):
        y, x = int(rng.integers(0, 8)), int(rng.integers(0, 8))
        wider = cv2.copyMakeBorder(image, y, 8 - y, x, 8 - x, cv2.BORDER_REPLICATE)
        total += _encoded(wider, int(quality))[y:y + h, x:x + w]
    image = (total / frames).astype(np.uint8)
    return cv2.medianBlur(image, 3) if chance(rng, 0.2) else image


def as_from_afar_and_fast(rng, scene: np.ndarray, plate_width_px: float) -> np.ndarray:
    """A plate that moved while the picture was taken, or went through a thin line, or both.

    scene: uint8 BGR, the plate with its surround, as many pixels as the camera gives it. Up to a ninth of the plate's width is smeared, nearly
    a character: a person still reads most of it.
    """
    image = in_some_light(rng, scene)
    if chance(rng, 0.8):
        image = smeared(rng, image, plate_width_px * spread(rng, 0.015, 0.11))
    if chance(rng, 0.6):
        image = _noisy(rng, image, spread(rng, 0.2, 0.6))
    if chance(rng, 0.4):
        image = _thin_stream(rng, image)
    elif chance(rng, 0.7):
        image = _encoded(image, int(spread(rng, 35, 92)))
    return image


def degrade(rng, crop: np.ndarray) -> np.ndarray:
    """crop: uint8 BGR of any size. Returns a crop of the same size; the same generator gives the same crop."""
    strength = rng.random() ** 0.9
    image = crop
    if chance(rng, 0.5):
        image = _tone(rng, image, strength)
    if chance(rng, 0.75):
        image = _blur(rng, image, strength * (0.6 if chance(rng, 0.5) else 1.0))
    if chance(rng, 0.06):
        image = _bloom(rng, image)
    if chance(rng, 0.04):
        image = _wavy(rng, image)
    if chance(rng, 0.03):
        image = _combed(rng, image)
    if chance(rng, 0.65):
        image = _low_resolution(rng, image, strength * spread(rng, 0.5, 1.0))
    if chance(rng, 0.5):
        image = _noisy(rng, image, strength)
    if chance(rng, 0.25):
        image = _sharpened(rng, image)
    if chance(rng, 0.55):
        image = _compressed(rng, image, strength)
    if chance(rng, 0.08):  # a camera that sends grey pictures
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        image = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    if image is crop:
        return crop.copy()
    # Several losses at once may leave nothing to read: then half of the crop comes back.
    if cv2.meanStdDev(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))[1][0, 0] < LEAST_DEVIATION:
        image = cv2.addWeighted(image, 0.5, crop, 0.5, 0)
    return image
