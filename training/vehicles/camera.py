"""Paints a scene and takes its picture."""
import cv2
import numpy as np

from vehicles.drawn import AROUND, HEIGHT, WIDTH

COLORS = ("white", "silver", "gray", "black", "red", "blue", "green", "brown", "beige", "yellow", "orange")
SEEN = (84, 74)  # px, width and height, of what the net is shown: the box and around it, whatever their shape
BEYOND_PICTURE = 127
LEAST_PLATE_PX = 8  # of a picture: from fewer its ground is not told
WITH_AROUND = 1 + 2 * AROUND  # of the box's sides


def paint_of(rng, color):
    """What the ground coat gives back of the light that falls on it, and what flakes mirror (red, green, blue): as paints are, roughly."""
    k, metallic = rng.uniform, rng.random()
    if color == "white":
        return np.clip(k(.7, .92) * rng.uniform(.85, 1.15, 3), 0, 1) * np.array([1, .99, k(.93, 1)]), np.zeros(3)
    if color == "silver":
        return np.ones(3) * k(.08, .22), np.ones(3) * k(.2, .42) * np.array([k(.95, 1.02), 1, k(.97, 1.06)])
    if color == "gray":
        tone, cast = k(.025, .12), np.array([k(.92, 1.05), 1, k(.95, 1.12)])
        return np.ones(3) * tone * .6, cast * tone * 1.2 if metallic < .8 else cast * tone * .5 + tone * .5
    if color == "black":
        return np.ones(3) * k(.004, .022), np.array([1, 1, k(.9, 1.3)]) * (k(0, .02) if metallic < .5 else 0)
    dark = rng.random()
    coat = {
        "red": lambda: (k(.18, .55), k(.008, .03), k(.01, .04)) if dark < .6 else (k(.08, .2), k(.006, .014), k(.008, .025)),
        "blue": lambda: (k(.02, .08), k(.06, .16), k(.2, .5)) if dark < .5 else (k(.008, .02), k(.015, .04), k(.06, .16)),
        "green": lambda: (k(.02, .1), k(.1, .3), k(.04, .12)) if dark < .35 else (k(.008, .03), k(.035, .09), k(.025, .06)),
        "brown": lambda: (k(.07, .18), k(.04, .1), k(.02, .06)),
        "beige": lambda: (k(.4, .62), k(.34, .54), k(.22, .4)),
        "yellow": lambda: (k(.6, .85), k(.4, .6), k(.01, .08)),
        "orange": lambda: (k(.55, .8), k(.12, .25), k(.01, .04)),
    }[color]()
    coat = np.array(coat)
    return (coat * .4, coat * .8) if metallic < .55 and color != "yellow" else (coat, np.zeros(3))


def photograph(rng, scene, color):
    """8-bit BGR, as wide as a camera may show it: light, white balance, exposure, blur, tone curve, noise, JPEG. And the ground of its plate (white_of)."""
    r = rng.uniform
    ground, flakes = paint_of(rng, color)
    light = scene.base + scene.diffuse * ground.astype(np.float32) + scene.flakes * flakes.astype(np.float32) + scene.coat * np.float32(r(.6, 1))
    light = light * np.exp(rng.normal(0, .05, 3)).astype(np.float32)
    usual = np.exp(np.mean(np.log(light.mean(2) + 1e-3)))
    light = light * np.float32(r(.16, .34) / usual if rng.random() < .7 else r(.2, .5) / np.percentile(light, 90))
    width = int(WITH_AROUND * np.exp(r(np.log(28), np.log(128))))
    picture = np.clip(light, 0, 4)
    if rng.random() < .5:
        picture = cv2.GaussianBlur(picture, (0, 0), r(.3, 1.0))
    picture = np.clip(picture, 0, 1) ** np.float32(1 / r(1.9, 2.5))
    contrast = r(.1, .8)
    picture = picture * (1 - contrast) + contrast * picture * picture * (3 - 2 * picture)
    picture = picture * r(.88, 1) + r(-.01, .05)
    gray = picture.mean(2, keepdims=True)
    picture = (gray + (picture - gray) * r(.7, 1.25)).astype(np.float32)
    if width < WIDTH:
        picture = cv2.resize(picture, (width, width * HEIGHT // WIDTH), interpolation=cv2.INTER_AREA)
    picture = np.clip(picture * 255 + rng.normal(0, r(.5, 5), picture.shape), 0, 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 95))])[1]
    picture = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    return picture, white_of(picture, scene.plate)


def white_of(picture, plate):
    """What eight tenths of the plate's pixels are darker than, a channel each (BGR); zeros where there is too little of a plate to tell."""
    where = cv2.resize(plate.astype(np.uint8), picture.shape[1::-1], interpolation=cv2.INTER_AREA if picture.shape[1] < WIDTH else cv2.INTER_NEAREST) > 0
    pixels = picture[where]
    return np.percentile(pixels, 80, axis=0).astype(np.uint8) if len(pixels) >= LEAST_PLATE_PX else np.zeros(3, np.uint8)


def as_seen(rng, picture):
    """SEEN of it; now and then the vehicle fills the picture, or the picture's edge cuts it: then its box ends there, and what lies beyond is grey."""
    w, h = SEEN
    seen = cv2.resize(picture, SEEN, interpolation=cv2.INTER_AREA if picture.shape[1] > w else cv2.INTER_LINEAR)
    box_w, box_h = w / WITH_AROUND, h / WITH_AROUND
    x0, y0, x1, y1 = (w - box_w) / 2, (h - box_h) / 2, (w + box_w) / 2, (h + box_h) / 2
    left, top, right, bottom = 0, 0, w, h
    if rng.random() < .35:
        reach = rng.uniform(0, 1, 4) * (rng.random(4) < .75)  # of what is around the box, on each side
        left, top, right, bottom = int(x0 * reach[0]), int(y0 * reach[1]), int(w - x0 * reach[2]), int(h - y0 * reach[3])
    if rng.random() < .22:
        y0 = top = int(y0 + box_h * rng.uniform(0, .4))
    if rng.random() < .2:
        cut = int(box_w * rng.uniform(0, .2))
        if rng.random() < .5:
            x0 = left = int(x0) + cut
        else:
            x1 = right = int(x1) - cut
    if rng.random() < .12:
        y1 = bottom = int(y1 - box_h * rng.uniform(0, .25))
    if (left, top, right, bottom) == (0, 0, w, h):
        return seen
    whole = np.full_like(seen, BEYOND_PICTURE)
    whole[top:bottom, left:right] = seen[top:bottom, left:right]
    sx, sy = w / (WITH_AROUND * (x1 - x0)), h / (WITH_AROUND * (y1 - y0))
    move = np.float32([[sx, 0, -(x0 - AROUND * (x1 - x0)) * sx], [0, sy, -(y0 - AROUND * (y1 - y0)) * sy]])
    return cv2.warpAffine(whole, move, SEEN, borderValue=(BEYOND_PICTURE,) * 3)
