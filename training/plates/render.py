"""render_plate(rng, kind): one licence plate, drawn and aged. Deterministic for a given generator."""
from __future__ import annotations

import cv2

from . import ageing
from .br import draw_br
from .dice import chance, spread, weighted
from .eu import draw_eu
from .other import draw_other
from .plate import Draft, Plate
from .serial import TEXT_MAX
from .us import draw_us

DRAW = {"us": draw_us, "eu": draw_eu, "br": draw_br, "other": draw_other}
SHARES = ((0.5, "us"), (0.28, "eu"), (0.17, "br"), (0.05, "other"))
KINDS = tuple(DRAW)
INFRARED_SHARE = 0.06
LEAST_CONTRAST = 58  # grey levels between a new plate's ink and its ground


def _surround(rng):
    """What shows beyond rounded corners: a bumper, mostly dark."""
    if chance(rng, 0.7):
        v = spread(rng, 8, 60)
        return (v, v, v)
    v, cast = spread(rng, 30, 230), spread(rng, 0, 0.3)
    return tuple(min(255.0, v * spread(rng, 1 - cast, 1 + cast)) for _ in range(3))


def _readable_ink(canvas, ink):
    """The ink, darker or lighter where it would drown in the ground that it is to lie on."""
    if not canvas.ink.any():
        return ink
    ground = cv2.mean(canvas.image, canvas.ink)[:3]
    grey = [0.114 * c[0] + 0.587 * c[1] + 0.299 * c[2] for c in (ground, ink)]
    lacking = LEAST_CONTRAST - abs(grey[0] - grey[1])
    if lacking <= 0:
        return ink
    darker = grey[1] < grey[0] if abs(grey[1] - grey[0]) > 8 else grey[0] > 110
    darker = darker and grey[0] > LEAST_CONTRAST or grey[0] > 255 - LEAST_CONTRAST
    return tuple(min(255.0, max(0.0, c + (-lacking if darker else lacking))) for c in ink)


def _finish(rng, draft: Draft):
    canvas = draft.canvas
    if chance(rng, 0.1):
        ageing.wear_ink(rng, canvas)
    if chance(rng, 0.025):
        ageing.hollow(rng, canvas)
    canvas.paint_ink(_readable_ink(canvas, draft.ink), 1.0 if chance(rng, 0.8) else spread(rng, 0.75, 0.98))
    for part in draft.after_ink:
        part(rng, canvas)
    if draft.embossed:
        ageing.emboss(rng, canvas)
    ageing.age(rng, canvas)
    for part in draft.after_age:
        part(rng, canvas)
    if draft.radius > 0:
        canvas.round_corners(draft.radius, _surround(rng))
    image = canvas.finished()
    if chance(rng, INFRARED_SHARE):
        image = ageing.infrared(rng, image, canvas.ink)
    if chance(rng, 0.12):
        image = ageing.bend(rng, image)
    return image


def render_plate(rng, kind: str | None = None) -> Plate:
    """kind: "us", "eu", "br" or "other"; None draws one by SHARES."""
    draft = DRAW[kind or weighted(rng, SHARES)](rng)
    assert 2 <= len(draft.text) <= TEXT_MAX, draft.text
    return Plate(_finish(rng, draft), draft.text, draft.region, draft.two_line)
