"""Plates of the United States: 12 by 6 inches, a serial in the middle, print above and below it."""
from __future__ import annotations

from . import scenes
from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread, weighted
from .dies import pick_die
from .plate import Draft
from .serial import lay_out, random_setting, stamp_boxes, text_of, tokens_of, word_tokens
from .us_parts import bolts, dealer_frame, disabled_symbol, sticker, stickers, temporary_tag, tow_ball
from .us_states import STATES
from .words import vanity

# A state's share is pulled towards the mean: the small ones must be learnt as well.
STATE_WEIGHTS = [(s.weight ** 0.6, s) for s in STATES]
# Commercial, farm, dealer and other plates that do not follow the state's passenger format.
OTHER_FORMATS = (
    (3, "A99999"), (3, "99999A"), (2, "AA99999"), (2, "9999AA"), (2, "A9999"), (2, "99999"), (2, "999999"), (2, "AAA999"),
    (2, "999AAA"), (2, "(AA)9999"), (2, "(AA)99999"), (2, "9999(AA)"), (2, "99999(AA)"), (1, "999(AA)"), (1, "(99)AA99"),
    (1, "A(AA)9999"), (2, "(AAA)999"), (1, "999(AAA)"), (1, "AA99AA"), (1, "A99A99"), (1, "AA9999A"), (1, "9A9999"),
    (1, "AA*99999"), (1, "999-999"), (1, "AAAA99"), (1, "AA999A"), (1, "(tk)9999A"), (1, "9999(dv)"), (1, "9999(tl)"), (1, "[AA]9999"), (1, "[AA]~99999"), (1, "[A]99999"),
    (1, "9999[AA]"), (1, "(9A)AAA9"), (1, "AA9A9A"), (1, "A9A9A9"), (1, "9A9A9A"), (1, "AAAAAA"), (1, "A9999A"),
)
MOTORCYCLE_SHARE = 0.02  # 7 by 4 inches
MOTORCYCLE_FORMATS = ("99999", "A9999", "AA999", "999AA", "9A999", "9A9999", "99A999", "999999", "AAA99", "9AAA9", "AA9999", "(AA)999")
KINDS = ("TRUCK", "COMMERCIAL", "TRAILER", "DEALER", "VETERAN", "FIREFIGHTER", "EXEMPT", "FARM", "APPORTIONED", "MUNICIPAL", "U.S. ARMY",
         "STATE UNIVERSITY", "WILDLIFE", "PURPLE HEART", "SUPPORT OUR TROOPS", "LIVERY", "TAXI", "PASSENGER", "GOVERNMENT", "ANTIQUE")
PICTURES = ("tree", "palm", "orange", "bear", "horse", "flag", "star", "seal", "bird", "map", "shield", "torch", "diamond", "heart", "wave")
PICTURE_MARKS = "*="
STICKER_IN_ROOM_SHARE = 0.05


def _random_look(rng):
    """A specialty plate: any ground, any readable ink."""
    if chance(rng, 0.4):
        ground = "scene:" + pick(rng, tuple(scenes.SCENES))
        ink = pick(rng, ("101010", "14245a", "1a4a30", "8a1a2c", "ffffff", "3a1a5a"))
    elif chance(rng, 0.35):
        ground = pick(rng, ("1a2a66", "8a1a2a", "1a4a34", "202020", "4a2a6a", "2a6ab0", "0a5a6a", "e06a20"))
        ink = pick(rng, ("ffffff", "f4f4e0", "f0d048", "e8e8e8", "f0b030"))
    else:
        soft = ("ffffff", "e8f0f8", "f8f0d8", "e4f0e0", "f8e4e4", "f0e0f4", "d8e4f0", "f4f4f4")
        ground = "v:" + pick(rng, soft) + ":" + pick(rng, soft) if chance(rng, 0.6) else pick(rng, soft)
        ink = pick(rng, ("101010", "14245a", "1a4a30", "8a1a2c", "6a2a1a", "3a1a5a", "2a5aa8", "4a4a4a"))
    return "|".join((ground, ink, ink if chance(rng, 0.5) else pick(rng, ("101010", "14245a", "b0202e")),
                     pick(rng, ("sans", "serif", "script")), pick(rng, PICTURES) if chance(rng, 0.6) else "left " + pick(rng, PICTURES)))


def _serial_tokens(rng, state):
    """Tokens, and whether they follow the state's passenger format."""
    roll = rng.random()
    if roll < 0.79:
        form = weighted(rng, [(f[0], f) for f in state.formats])
        return tokens_of(rng, form[1], form[2]), True
    if roll < 0.88:
        return word_tokens(vanity(rng)), False
    return tokens_of(rng, weighted(rng, OTHER_FORMATS)), False


def _name(rng, canvas, state, manner, colour):
    text = state.name.upper() if manner != "script" and chance(rng, 0.7) else state.name
    if chance(rng, 0.1):
        manner = pick(rng, ("sans", "serif", "script"))
    height = canvas.h * (spread(rng, 0.11, 0.17) if manner != "script" else spread(rng, 0.15, 0.22))
    at_top = chance(rng, 0.9)
    if not at_top:  # there is less room below the serial
        height = min(height, canvas.h * 0.14)
    cx = canvas.w * (0.5 + (spread(rng, -0.12, 0.12) if chance(rng, 0.2) else 0))
    cy = canvas.h * ((0.05 if at_top else 0.94) + (height / canvas.h * 0.5) * (1 if at_top else -1))
    canvas.line_of_print(rng, text, manner, cx, cy, height, canvas.w * spread(rng, 0.42, 0.62), colour)
    return at_top


def _slogan(rng, canvas, state, colour, at_bottom):
    options = [s for s in state.slogans if s]
    roll = rng.random()
    if roll < 0.12:
        text = pick(rng, KINDS)
    elif roll < 0.9 and options:
        text = pick(rng, options)
    else:
        return
    text = text.upper() if chance(rng, 0.5) else text
    height = canvas.h * spread(rng, 0.06, 0.11)
    cy = canvas.h * (0.955 if at_bottom else 0.045) + height * (-0.5 if at_bottom else 0.5)
    canvas.line_of_print(rng, text, pick(rng, ("sans", "sans", "serif", "script")), canvas.w * 0.5, cy, height,
                         canvas.w * spread(rng, 0.35, 0.7), colour)


def _pictures(rng, canvas, boxes, picture, serial_height):
    """The state's picture: in the serial's own room for it, else behind the characters, left of them or in a corner."""
    if not picture:
        return
    place, _, name = picture.rpartition(" ")
    alpha = spread(rng, 0.45, 1.0)
    rooms = [b for b in boxes if b.token.kind == "g" and b.token.text in PICTURE_MARKS]
    if place == "left":
        first = boxes[0].x
        r = min(serial_height * 0.4, max(6, first * 0.42))
        scenes.picture(rng, canvas, name, first * 0.5 + 2, canvas.h * spread(rng, 0.4, 0.55), r, alpha)
        return
    if place == "corner":
        scenes.picture(rng, canvas, name, canvas.w * spread(rng, 0.08, 0.14), canvas.h * spread(rng, 0.13, 0.17), canvas.h * spread(rng, 0.08, 0.12), alpha)
        if not rooms:
            return
        name = "map"
    if rooms and chance(rng, STICKER_IN_ROOM_SHARE):
        b = rooms[0]
        sticker(rng, canvas, b.x + b.w / 2, b.y + b.h / 2, b.w * 1.1, b.h * spread(rng, 0.3, 0.45))
    elif rooms:
        b = rooms[0]
        r = max(b.w * 0.5, serial_height * spread(rng, 0.2, 0.5)) if place != "corner" else b.w * 0.45
        scenes.picture(rng, canvas, name, b.x + b.w / 2, b.y + b.h * spread(rng, 0.4, 0.6), r, alpha)
    elif chance(rng, 0.6):
        scenes.picture(rng, canvas, name, canvas.w * spread(rng, 0.4, 0.6), canvas.h * spread(rng, 0.4, 0.6),
                       serial_height * spread(rng, 0.4, 0.8), alpha * 0.5)


def _ink_colour(rng, ink):
    colour = near(rng, bgr(ink), 14)
    if chance(rng, 0.12):  # weathered to a pastel
        grey = spread(rng, 110, 200)
        t = spread(rng, 0.2, 0.5)
        colour = tuple(c + (grey - c) * t for c in colour)
    return colour


def _place_serial(rng, canvas, tokens, die, has_left_picture):
    share = spread(rng, 0.42, 0.56)
    setting = random_setting(rng, int(canvas.h * share))
    top = int(canvas.h * (spread(rng, 0.49, 0.56) - share / 2))
    side = spread(rng, 0.03, 0.09)
    left = side + (0.1 if has_left_picture else 0)
    boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * left, canvas.w * (1 - side - left), top)
    stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
    return boxes, setting


def draw_us(rng) -> Draft:
    if chance(rng, 0.035):
        return temporary_tag(rng, weighted(rng, STATE_WEIGHTS))
    state = weighted(rng, STATE_WEIGHTS)
    motorcycle = chance(rng, MOTORCYCLE_SHARE)
    tokens, regular = (tokens_of(rng, pick(rng, MOTORCYCLE_FORMATS)), False) if motorcycle else _serial_tokens(rng, state)
    special = chance(rng, 0.08 if regular else 0.3)
    look = _random_look(rng) if special else weighted(rng, state.looks)
    ground, ink, name_colour, manner, pictures = look.split("|")
    height = int(spread(rng, 108, 132))
    canvas = Canvas(height, int(height * (spread(rng, 1.55, 1.8) if motorcycle else spread(rng, 1.9, 2.08))), (255, 255, 255))
    scenes.background(rng, canvas, ground)
    if chance(rng, 0.05) and not pictures.startswith("left"):
        pictures = "left " + pick(rng, PICTURES)
    symbol = not regular and chance(rng, 0.15)
    die = pick_die(rng, "us")
    boxes, setting = _place_serial(rng, canvas, tokens, die, pictures.startswith("left") or symbol)
    if symbol:
        disabled_symbol(rng, canvas, boxes[0].x * 0.5, canvas.h * 0.5, min(boxes[0].x * 0.4, canvas.h * 0.2))
    else:
        _pictures(rng, canvas, boxes, pictures, setting.height)
    print_colour = near(rng, bgr(name_colour), 16)
    at_top = _name(rng, canvas, state, manner, print_colour)
    _slogan(rng, canvas, state, print_colour if chance(rng, 0.6) else near(rng, bgr(ink), 16), at_top)
    radius = int(height * spread(rng, 0.04, 0.1))
    if chance(rng, 0.3):
        canvas.border(int(spread(rng, 1, 5)), int(spread(rng, 1, 3)), radius, near(rng, bgr(ink), 30), spread(rng, 0.4, 1))
    draft = Draft(canvas, text_of(tokens), "us-" + state.code, _ink_colour(rng, ink), radius, False)
    draft.after_ink = [stickers]
    draft.after_age = [bolts, tow_ball, dealer_frame]
    draft.embossed = chance(rng, 0.75)
    return draft
