"""render_plate(rng, kind): one licence plate, drawn and aged. Deterministic for a given generator."""
from __future__ import annotations

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


def _surround(rng):
    """What shows beyond rounded corners: a bumper, mostly dark."""
    if chance(rng, 0.7):
        v = spread(rng, 8, 60)
        return (v, v, v)
    return tuple(spread(rng, 10, 220) for _ in range(3))


def _finish(rng, draft: Draft):
    canvas = draft.canvas
    if chance(rng, 0.1):
        ageing.wear_ink(rng, canvas)
    canvas.paint_ink(draft.ink, 1.0 if chance(rng, 0.8) else spread(rng, 0.75, 0.98))
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
