"""A modest share of plates from elsewhere, so that an unknown layout is still read."""
from __future__ import annotations

from dataclasses import dataclass

from . import scenes
from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread, weighted
from .dies import pick_die
from .plate import Draft
from .serial import lay_out, random_setting, stamp_boxes, text_of, tokens_of
from .us_parts import bolts, dealer_frame, stickers


@dataclass(frozen=True)
class Place:
    weight: float
    aspect: tuple
    formats: tuple
    grounds: tuple  # "RRGGBB/ink"
    top: tuple = ()
    bottom: tuple = ()
    band: str = ""  # colour of a strip at the top


PLACES = (
    # Canada
    Place(3, (1.9, 2.05), ("AAAA*999", "AAA*999", "999*AAA", "AA9*99A", "AAA-9999", "A99*AAA"), ("ffffff/1a3a8a", "ffffff/b02030", "f8f4e8/141414", "e8f0f8/1a3a8a", "f8f0f0/a02030"),
          ("ONTARIO", "British Columbia", "Québec", "Alberta", "MANITOBA", "SASKATCHEWAN", "NOVA SCOTIA", "New Brunswick"),
          ("YOURS TO DISCOVER", "Beautiful", "Je me souviens", "Wild Rose Country", "FRIENDLY MANITOBA", "Land of Living Skies", "Canada's Ocean Playground")),
    # Mexico
    Place(3, (1.9, 2.05), ("AAA-99-99", "AAA-999-A", "999-AAA", "A99-AAA", "AA-99-999", "99-AA-99"), ("ffffff/141414", "e8f0e4/141414", "f4e8e0/1a4a34", "e4ecf4/3a1a4a"),
          ("JALISCO", "CHIHUAHUA", "BAJA CALIFORNIA", "NUEVO LEON", "SONORA", "EDO MEX", "TAMAULIPAS", "CDMX"), ("MEXICO", "DELANTERA", "TRASERA", "MÉXICO")),
    # Australia and New Zealand
    Place(2, (2.6, 3.0), ("AAA-999", "AAA.99A", "999-AAA", "9AA-9AA", "AAA999", "AA.99.AA", "A999~AAA"), ("f6f6f6/141414", "f0d020/141414", "f6f6f6/1a3a8a", "f6f6f6/7a1a2a", "1a1a1a/f0f0f0"),
          ("", "QUEENSLAND", ""), ("NEW SOUTH WALES", "VICTORIA - THE EDUCATION STATE", "SOUTH AUSTRALIA", "SUNSHINE STATE", "WESTERN AUSTRALIA")),
    # Argentina and the Mercosul countries beside Brazil
    Place(2, (2.9, 3.1), ("AA~999~AA", "AAA~9999", "AAAA~999"), ("f6f6f6/141414",), ("REPUBLICA ARGENTINA", "URUGUAY", "REPUBLICA DEL PARAGUAY"), (), "1a3a9a"),
    Place(1, (2.1, 2.4), ("AAA~999",), ("1a1a1a/f4f4f4",), ("", ), ("ARGENTINA",)),
    # India
    Place(2, (3.9, 4.6), ("AA~99~A~9999", "AA~99~AA~9999", "AA99~A~9999", "AA~9A~9999"), ("f6f6f6/141414", "f0c020/141414")),
    # The Gulf
    Place(2, (2.0, 4.6), ("A~99999", "99999", "A~9999", "99~99999", "999999", "AAA~9999"), ("f6f6f6/141414", "f0e8d8/141414"), ("", "DUBAI", "U.A.E", "KSA")),
    # South Africa and its neighbours
    Place(2, (2.2, 4.6), ("AA~99~AA~gp", "AAA~999~gp", "AA~99999", "ca~999-999", "AAA~999~nw", "nd~99999", "AA~999-999"), ("f6f6f6/1a3a8a", "f6f6f6/141414", "f6f6f6/2a7a4a", "f0d020/141414")),
    # Others: Chile, Colombia, Malaysia, Kenya, ...
    Place(2, (2.2, 4.4), ("AAAA.99", "AA.99.99", "AAA.999", "AAA~9999", "AAA~999A", "A~9999~AA", "AA~9999", "AAA.99", "999~AA~99"), ("f6f6f6/141414", "f0c020/141414", "1a1a1a/f4f4f4"),
          ("", ""), ("CHILE", "COLOMBIA", "BOGOTA D.C.", "MEDELLIN", "")),
)
CHOICES = [(p.weight, p) for p in PLACES]


def draw_other(rng) -> Draft:
    place = weighted(rng, CHOICES)
    ground, ink = pick(rng, place.grounds).split("/")
    aspect = spread(rng, *place.aspect)
    height = int(spread(rng, 100, 128) if aspect < 3.2 else spread(rng, 84, 108))
    canvas = Canvas(height, int(height * aspect), near(rng, bgr(ground), 12))
    ink_colour = near(rng, bgr(ink), 14)
    if aspect < 2.1 and chance(rng, 0.3):
        scenes.background(rng, canvas, "scene:" + pick(rng, tuple(scenes.SCENES)))
    if place.band:
        canvas.rectangle(0, 0, canvas.w, height * 0.22, near(rng, bgr(place.band), 15))
    small = (250, 250, 250) if place.band else ink_colour
    top, bottom = pick(rng, place.top or ("",)), pick(rng, place.bottom or ("",))
    if top:
        canvas.line_of_print(rng, top, pick(rng, ("sans", "sans", "serif", "script")), canvas.w / 2, height * 0.11, height * spread(rng, 0.1, 0.14), canvas.w * 0.6, small)
    if bottom:
        canvas.line_of_print(rng, bottom, "sans", canvas.w / 2, height * 0.91, height * spread(rng, 0.07, 0.11), canvas.w * 0.6, ink_colour)
    tokens = tokens_of(rng, pick(rng, place.formats))
    die = pick_die(rng, "any")
    share = spread(rng, 0.46, 0.56) if top or bottom else spread(rng, 0.6, 0.76)
    middle = 0.5 + (0.1 if place.band else 0.03 * bool(top) - 0.03 * bool(bottom))
    setting = random_setting(rng, int(height * share))
    boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * 0.04, canvas.w * 0.92, int(height * (middle - share / 2)))
    stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
    for b in boxes:
        if b.token.text == "*" and chance(rng, 0.7):
            scenes.picture(rng, canvas, pick(rng, ("map", "seal", "tree", "flag", "bird")), b.x + b.w / 2, b.y + b.h / 2, b.w * 0.5)
    radius = int(height * spread(rng, 0.03, 0.1))
    if chance(rng, 0.6):
        canvas.border(int(spread(rng, 0, 4)), int(spread(rng, 1, 3)), radius, ink_colour, spread(rng, 0.6, 1))
    draft = Draft(canvas, text_of(tokens), "other", ink_colour, radius, False)
    draft.embossed = chance(rng, 0.6)
    if aspect < 2.1:
        draft.after_ink = [stickers]
        draft.after_age = [dealer_frame]
    draft.after_age = [bolts] + draft.after_age
    return draft
