"""Things on a US plate other than its serial and its print: stickers, bolts, frames, paper tags."""
from __future__ import annotations

import cv2
import numpy as np

from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread
from .dies import pick_die
from .plate import Draft
from .serial import lay_out, random_setting, stamp_boxes, text_of, tokens_of

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
STICKERS = ("d03030", "e8c030", "2a7a40", "2a50a0", "f0f0f0", "e88020", "6a3a8a", "40b0c0", "d050a0")
FRAME_TEXTS = ("CITY FORD", "TOYOTA OF", "www.premierauto.com", "HONDA WORLD", "CHEVROLET", "BMW OF DENVER", "LEXUS", "AUTO MALL",
               "SMITH MOTORS", "JEEP CHRYSLER DODGE", "UNIVERSITY ALUMNI", "GO TIGERS", "KIA", "MERCEDES-BENZ", "I'D RATHER BE FISHING",
               "USED CARS", "CARMAX", "NISSAN", "SUBARU OF TOWN", "HARLEY-DAVIDSON", "VOLKSWAGEN", "My other car", "SINCE 1964")


def sticker(rng, canvas: Canvas, cx, cy, w, h):
    """A month or a year on a coloured ground: print that is not part of the serial."""
    colour = near(rng, bgr(pick(rng, STICKERS)), 20)
    canvas.rectangle(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2, colour, spread(rng, 0.8, 1))
    dark = sum(colour) < 330
    ink = (240, 240, 240) if dark else (30, 30, 30)
    roll = rng.random()
    if roll < 0.4:
        text = pick(rng, MONTHS)
    elif roll < 0.8:
        text = str(int(rng.integers(0, 32)) + 2000) if chance(rng, 0.4) else f"{int(rng.integers(0, 32)):02d}"
    else:
        text = str(int(rng.integers(1, 13)))
    canvas.line_of_print(rng, text, "sans", cx, cy, h * spread(rng, 0.45, 0.75), w * 0.85, ink)
    if chance(rng, 0.4):
        canvas.rectangle(cx - w * 0.4, cy + h * 0.3, cx + w * 0.4, cy + h * 0.36, ink, 0.5)


def stickers(rng, canvas: Canvas):
    """Month and year in the corners, as the state, the owner and chance have it."""
    roll = rng.random()
    if roll < 0.2:
        return
    w, h = canvas.w * spread(rng, 0.09, 0.15), canvas.h * spread(rng, 0.12, 0.19)
    top, bottom = h / 2 + canvas.h * spread(rng, 0.02, 0.06), canvas.h * spread(rng, 0.94, 0.98) - h / 2
    left = w / 2 + canvas.w * spread(rng, 0.02, 0.06)
    right = canvas.w - left
    if roll < 0.4:
        places = [(left, top), (right, top)]
    elif roll < 0.6:
        places = [(left, bottom), (right, bottom)]
    elif roll < 0.75:
        places = [(right, top)]
    elif roll < 0.85:
        places = [(right, bottom)]
    elif roll < 0.95:
        places = [(left, top)] if chance(rng, 0.5) else [(left, bottom)]
    else:
        places = [(left, top), (right, top), (left, bottom), (right, bottom)]
    for x, y in places:
        sticker(rng, canvas, x, y, w, h)


def bolts(rng, canvas: Canvas):
    """Holes, slots and screw heads at the usual four places."""
    if chance(rng, 0.25):
        return
    y_top, dx = canvas.h * spread(rng, 0.05, 0.11), canvas.w * spread(rng, 0.2, 0.3)
    y_low = canvas.h - y_top
    r = canvas.h * spread(rng, 0.018, 0.04)
    slot = chance(rng, 0.4)
    for y, present in ((y_top, 0.95), (y_low, 0.75)):
        if not chance(rng, present):
            continue
        for x in (canvas.w / 2 - dx, canvas.w / 2 + dx):
            if chance(rng, 0.45):
                head = near(rng, pick(rng, ((190, 190, 190), (60, 60, 60), (120, 150, 170), (30, 30, 30), (235, 235, 235))), 15)
                canvas.ellipse(x, y, r * 1.5, r * 1.5, head)
                canvas.ellipse(x - r * 0.3, y - r * 0.3, r * 0.5, r * 0.5, tuple(min(255, c + 50) for c in head), 0.6)
            elif slot:
                canvas.ellipse(x, y, r * 2.2, r * 0.9, (35, 35, 35), 0.9)
            else:
                canvas.ellipse(x, y, r, r, (30, 30, 30), 0.9)


def dealer_frame(rng, canvas: Canvas):
    """A frame that covers the plate's edge, and often the state's name or the slogan with it."""
    if not chance(rng, 0.36):
        return
    top = canvas.h * (spread(rng, 0.03, 0.07) if chance(rng, 0.45) else spread(rng, 0.1, 0.19))
    low = canvas.h * (spread(rng, 0.03, 0.07) if chance(rng, 0.4) else spread(rng, 0.1, 0.2))
    side = canvas.w * spread(rng, 0.012, 0.035)
    colour = near(rng, pick(rng, ((20, 20, 20), (20, 20, 20), (30, 30, 32), (200, 200, 205), (160, 160, 165), (120, 60, 20), (30, 30, 150), (235, 235, 235))), 12)
    mask = np.full((canvas.h, canvas.w), 255, np.uint8)
    x0, y0, x1, y1 = int(side), int(top), int(canvas.w - side), int(canvas.h - low)
    mask[y0:y1, x0:x1] = 0
    if chance(rng, 0.6):  # tabs that widen the frame in the corners for the screws
        r = int(canvas.h * spread(rng, 0.04, 0.09))
        for x in (x0, x1):
            for y in (y0, y1):
                cv2.circle(mask, (x, y), r, 255, -1, cv2.LINE_AA)
    canvas.paint(mask, 0, 0, colour)
    edge = tuple(min(255, c + 45) for c in colour)
    canvas.rectangle(x0, y0 - 1, x1, y0, edge, 0.6)
    canvas.rectangle(x0, y1, x1, y1 + 1, edge, 0.6)
    ink = pick(rng, ((235, 235, 235), (80, 200, 230), (200, 160, 80), (60, 60, 220))) if sum(colour) < 380 else (25, 25, 25)
    for y, height in ((y0 / 2, top), (canvas.h - low / 2, low)):
        if height > canvas.h * 0.08 and chance(rng, 0.8):
            canvas.line_of_print(rng, pick(rng, FRAME_TEXTS), pick(rng, ("sans", "sans", "serif", "script")), canvas.w / 2, y,
                                 height * spread(rng, 0.4, 0.7), canvas.w * spread(rng, 0.4, 0.85), ink)


def tow_ball(rng, canvas: Canvas):
    """A ball, a lock or a step in front of the lower edge; it ends below the serial."""
    if not chance(rng, 0.025):
        return
    r = canvas.h * spread(rng, 0.08, 0.22)
    colour = near(rng, pick(rng, ((25, 25, 25), (60, 60, 60), (150, 150, 150))), 15)
    x, y = canvas.w * spread(rng, 0.35, 0.65), canvas.h * spread(rng, 0.97, 1.08)
    canvas.ellipse(x, y, r, r, colour)
    canvas.ellipse(x - r * 0.3, y - r * 0.4, r * 0.25, r * 0.2, tuple(min(255, c + 70) for c in colour), 0.6)


def disabled_symbol(rng, canvas: Canvas, cx, cy, r):
    """The wheelchair of a disabled person's plate, in strokes."""
    ink = near(rng, bgr(pick(rng, ("1a3a86", "2a50a0", "101010"))), 15)
    box = chance(rng, 0.5)
    if box:
        canvas.rectangle(cx - r, cy - r, cx + r, cy + r, ink)
        ink = (245, 245, 245)
    t = max(1, int(r * 0.2))
    mask = np.zeros((canvas.h, canvas.w), np.uint8)

    def point(x, y):
        return (int(cx + x * r), int(cy + y * r))

    cv2.circle(mask, point(-0.1, -0.75), max(1, int(r * 0.15)), 255, -1, cv2.LINE_AA)
    cv2.line(mask, point(-0.1, -0.5), point(-0.05, 0.1), 255, t, cv2.LINE_AA)
    cv2.line(mask, point(-0.05, 0.1), point(0.4, 0.1), 255, t, cv2.LINE_AA)
    cv2.line(mask, point(0.4, 0.1), point(0.65, 0.7), 255, t, cv2.LINE_AA)
    cv2.line(mask, point(-0.1, -0.2), point(0.35, -0.2), 255, max(1, t - 1), cv2.LINE_AA)
    cv2.ellipse(mask, point(-0.1, 0.3), (max(1, int(r * 0.5)), max(1, int(r * 0.5))), 0, -20, 240, 255, t, cv2.LINE_AA)
    canvas.paint(mask, 0, 0, ink)


TAG_FORMATS = ("99999A9", "9999A99", "999A999", "A999999", "99A9999", "AA99999", "9999999", "AAA9999", "99AAA99", "9AAA999", "A99999", "999999")


def temporary_tag(rng, state) -> Draft:
    """A paper tag: white, a printed serial, dates and a bar code."""
    height = int(spread(rng, 108, 132))
    canvas = Canvas(height, int(height * spread(rng, 1.85, 2.05)), near(rng, (246, 246, 246), 8))
    tokens = tokens_of(rng, pick(rng, TAG_FORMATS))
    die = pick_die(rng, "us")
    setting = random_setting(rng, int(height * spread(rng, 0.3, 0.45)))
    boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * 0.06, canvas.w * 0.88, int(height * spread(rng, 0.28, 0.4)))
    stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
    ink = near(rng, bgr(pick(rng, ("101010", "101010", "b0202e", "1a3a86"))), 12)
    canvas.line_of_print(rng, f"{state.name.upper()} " + pick(rng, ("TEMPORARY TAG", "TEMPORARY", "TEMP TAG", "DEALER", "")), "sans",
                         canvas.w / 2, height * 0.12, height * spread(rng, 0.09, 0.13), canvas.w * 0.8, ink)
    date = f"{int(rng.integers(1, 13)):02d}/{int(rng.integers(1, 29)):02d}/{int(rng.integers(2008, 2027))}"
    canvas.line_of_print(rng, pick(rng, ("EXPIRES ", "EXP ", "")) + date, "sans", canvas.w * spread(rng, 0.4, 0.6), height * 0.85, height * spread(rng, 0.09, 0.16),
                         canvas.w * 0.7, ink)
    if chance(rng, 0.5):
        x = canvas.w * spread(rng, 0.05, 0.7)
        for _ in range(20):
            w = spread(rng, 0.5, 2.5)
            canvas.rectangle(x, height * 0.92, x + w, height * 0.98, (30, 30, 30), 0.8)
            x += w + spread(rng, 1, 3)
    draft = Draft(canvas, text_of(tokens), "us-" + state.code, ink, 0, False)
    draft.after_age = [dealer_frame]
    return draft
