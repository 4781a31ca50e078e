"""European plates: 520 by 110 mm, or on two lines, with the band, the seals and the holder's print."""
from __future__ import annotations

from . import scenes
from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread, weighted
from .dies import pick_die
from .eu_countries import COUNTRIES
from .plate import Draft
from .serial import lay_out, random_setting, stamp_boxes, text_of, tokens_of, word_tokens
from .words import WORDS

WEIGHTED = [(c.weight ** 0.75, c) for c in COUNTRIES]
HOLDER_TEXTS = ("AUTOHAUS MÜLLER", "VOLVO", "www.autohaus.de", "MERCEDES-BENZ", "Garage Dupont", "BMW Niederlassung", "SKODA AUTO", "Autocentrum Praha",
                "VW Zentrum  Tel. 030-442211", "RENAULT", "Concessionaria Rossi", "OPEL Dealer", "TOYOTA", "Peugeot Lyon", "Leasing & Fleet 0800 112233",
                "SEAT", "AUDI ZENTRUM", "Ford Garage", "GOODWOOD MOTORS 01243 555", "www.leaseplan.com")
COUNTIES = ("BAILE ÁTHA CLIATH", "CORCAIGH", "GAILLIMH", "MUINEACHÁN", "CIARRAÍ", "LUIMNEACH", "AN MHÍ")
VANITY_SHARE = 0.05


def _band(rng, canvas: Canvas, country, width):
    """The blue strip with a ring of stars, a flag or nothing, and the country's letters."""
    blue = near(rng, bgr(pick(rng, ("1a3a9a", "2a48b0", "16308a", "2858c0"))), 14)
    canvas.rectangle(0, 0, width, canvas.h, blue)
    cx, cy, r = width / 2, canvas.h * spread(rng, 0.26, 0.36), width * 0.3
    roll = rng.random()
    if roll < 0.75:
        gold = near(rng, bgr("f0d040"), 20)
        for i in range(12):
            a = 6.283 * i / 12
            canvas.ellipse(cx + r * scenes.math.cos(a), cy + r * scenes.math.sin(a), max(1, r * 0.13), max(1, r * 0.13), gold, 0.9)
    elif roll < 0.9:
        for i, c in enumerate(pick(rng, (("ffffff", "2050b0", "d02030"), ("f0d020", "2050b0", "d02030"), ("d02030", "ffffff", "208040")))):
            canvas.rectangle(cx - r, cy - r * 0.7 + i * r * 0.5, cx + r, cy - r * 0.7 + (i + 1) * r * 0.5, bgr(c))
    canvas.line_of_print(rng, country.label, "sans", cx, canvas.h * spread(rng, 0.7, 0.82), canvas.h * spread(rng, 0.17, 0.26), width * 0.8,
                         (250, 250, 250) if chance(rng, 0.9) else bgr("f0d040"))


def _right_band(rng, canvas: Canvas, width):
    canvas.rectangle(canvas.w - width, 0, canvas.w, canvas.h, near(rng, bgr("2448a8"), 14))
    cx = canvas.w - width / 2
    if chance(rng, 0.7):
        scenes.picture(rng, canvas, pick(rng, ("seal", "map", "flag", "star", "shield")), cx, canvas.h * 0.32, width * 0.36)
    if chance(rng, 0.8):
        text = f"{int(rng.integers(1, 96)):02d}" if chance(rng, 0.7) else pick(rng, ("RM", "MI", "TO", "NA", "BO"))
        canvas.line_of_print(rng, text, "sans", cx, canvas.h * 0.74, canvas.h * 0.24, width * 0.8, (250, 250, 250))


def _round_seal(rng, canvas, cx, cy, r):
    rim = near(rng, bgr(pick(rng, ("2060b0", "d8a020", "b03030", "30803a", "9a9a9a", "e07020"))), 25)
    canvas.ellipse(cx, cy, r, r, rim)
    if chance(rng, 0.7):
        canvas.ellipse(cx, cy, r * 0.62, r * 0.62, near(rng, bgr(pick(rng, ("f0f0f0", "f0f0f0", "30803a", "2060b0"))), 15))
    scenes._blob(rng, canvas, cx, cy, r * 0.45, r * 0.45, near(rng, (90, 90, 120), 60), 0.8, 6, 0.5)


def _silver_seal(rng, canvas, cx, cy, r):
    canvas.ellipse(cx, cy, r, r, near(rng, (190, 190, 190), 25))
    canvas.ellipse(cx, cy, r * 0.8, r * 0.8, near(rng, (225, 225, 225), 20))
    scenes._blob(rng, canvas, cx, cy, r * 0.5, r * 0.5, near(rng, bgr(pick(rng, ("b03030", "404040", "30803a", "c8a030"))), 30), 0.9, 7, 0.5)


def _check(rng, canvas, cx, cy, w, h):
    for i in range(4):
        for j in range(5):
            c = bgr("c83038") if (i + j) % 2 == 0 else (240, 240, 240)
            canvas.rectangle(cx - w / 2 + i * w / 4, cy - h / 2 + j * h / 5, cx - w / 2 + (i + 1) * w / 4, cy - h / 2 + (j + 1) * h / 5, c)


def _fill_room(rng, canvas, country, box):
    """What stands between the groups."""
    cx, cy, r = box.x + box.w / 2, box.y + box.h / 2, min(box.w * 0.42, box.h * 0.24)
    marks = country.marks
    if "seals" in marks:
        if chance(rng, 0.85):
            _round_seal(rng, canvas, cx, box.y + box.h * 0.22, r)
        _silver_seal(rng, canvas, cx, box.y + box.h * spread(rng, 0.68, 0.78), r * spread(rng, 0.9, 1.3))
    elif "crest" in marks:
        if chance(rng, 0.7):
            scenes._shield(rng, canvas, cx, cy, r * 1.5, near(rng, bgr(pick(rng, ("c02830", "2048a8", "d8a828", "30803a"))), 25), 1.0)
        else:
            _silver_seal(rng, canvas, cx, cy, r * 1.2)
    elif "check" in marks:
        _check(rng, canvas, cx, cy, r * 1.7, r * 2.2)
    elif "hexagons" in marks:
        for y in (0.27, 0.73):
            if chance(rng, 0.85):
                scenes._blob(rng, canvas, cx, box.y + box.h * y, r * 0.9, r * 0.9, near(rng, bgr(pick(rng, ("c03038", "30803a", "d8a828", "2060b0", "b8b8b8"))), 20), 1.0, 6, 0.05)
                canvas.ellipse(cx, box.y + box.h * y, r * 0.4, r * 0.4, near(rng, (220, 220, 220), 25))


def _small_marks(rng, canvas, country, boxes):
    gaps = [b for b in boxes if b.token.kind == "g" and b.token.text in " ~-:" and b.w > 6]
    if gaps and ("smallsticker" in country.marks and chance(rng, 0.7) or chance(rng, 0.05)):
        b = gaps[0]
        _silver_seal(rng, canvas, b.x + b.w / 2, b.y + b.h * (0.12 if b.token.text == "-" else spread(rng, 0.2, 0.8)), max(3, min(b.w * 0.4, b.h * 0.13)))
    if gaps and "dots" in country.marks and chance(rng, 0.6):
        for y in (0.2, 0.8):
            _round_seal(rng, canvas, gaps[0].x + gaps[0].w / 2, gaps[0].y + gaps[0].h * y, max(3, gaps[0].h * 0.1))


def _tokens(rng, country):
    if chance(rng, VANITY_SHARE):
        return word_tokens(pick(rng, WORDS)[:7] + (" " + str(int(rng.integers(1, 100))) if chance(rng, 0.3) else ""))
    form = weighted(rng, [(f[0], f) for f in country.formats])
    return tokens_of(rng, form[1], form[2])


def _split(rng, tokens):
    """The tokens of a two-line plate's lines: cut at a gap near the middle."""
    gaps = [i for i, t in enumerate(tokens) if t.kind == "g"]
    if not gaps:
        return None
    cut = gaps[0] if chance(rng, 0.7) else gaps[-1]
    return tokens[:cut], tokens[cut + 1:]


def _ground(rng, country):
    ground, ink = weighted(rng, country.grounds).split("/")
    if chance(rng, 0.05):
        ground, ink = pick(rng, (("f0c020", "141414"), ("f6f6f6", "2a8048"), ("f6f6f6", "b02030"), ("1a1a1a", "dcdcdc"), ("f6f6f6", "2048a8")))
    colour = near(rng, bgr(ground), 14)
    if chance(rng, 0.15):  # old paint
        t = spread(rng, 0.1, 0.35)
        colour = tuple(c + (spread(rng, 120, 190) - c) * t for c in colour)
    return colour, near(rng, bgr(ink), 12)


def _edge(rng, canvas, country, ink, radius):
    if "edgelines" in country.marks and chance(rng, 0.8):
        for y in (0.02, 0.94):
            canvas.rectangle(0, canvas.h * y, canvas.w, canvas.h * (y + 0.035), bgr("c83038"))
    if "greenedge" in country.marks:
        canvas.border(1, max(2, canvas.h * 0.03), radius, near(rng, bgr("30a060"), 20))
    elif "redborder" in country.marks:
        canvas.border(1, max(2, canvas.h * 0.03), radius, near(rng, bgr("b82030"), 20))
    elif country.family != "uk" and chance(rng, 0.65):
        canvas.border(int(spread(rng, 0, 2.5)), max(1, canvas.h * spread(rng, 0.015, 0.035)), radius, ink, spread(rng, 0.7, 1))


def _holder(rng, canvas):
    """The plate holder: its lower edge is in the picture now and then, with the dealer's name."""
    if not chance(rng, 0.28):
        return
    colour = near(rng, pick(rng, ((22, 22, 22), (30, 30, 30), (60, 60, 60), (190, 190, 190))), 10)
    # A plate on two lines is higher, and the same holder less of it.
    low = canvas.h * (spread(rng, 0.05, 0.13) if canvas.w > 2 * canvas.h else spread(rng, 0.02, 0.045))
    canvas.rectangle(0, canvas.h - low, canvas.w, canvas.h, colour)
    t = canvas.h * spread(rng, 0.0, 0.04)
    canvas.rectangle(0, 0, canvas.w, t, colour)
    canvas.rectangle(0, 0, t, canvas.h, colour)
    canvas.rectangle(canvas.w - t, 0, canvas.w, canvas.h, colour)
    if chance(rng, 0.8):
        ink = (225, 225, 225) if colour[0] < 120 else (40, 40, 40)
        canvas.line_of_print(rng, pick(rng, HOLDER_TEXTS), "sans", canvas.w * spread(rng, 0.35, 0.65), canvas.h - low / 2, low * 0.62,
                             canvas.w * 0.6, ink)


def _bolts(rng, canvas):
    if not chance(rng, 0.35):
        return
    r = canvas.h * spread(rng, 0.025, 0.05)
    y = canvas.h * (0.5 if chance(rng, 0.5) else spread(rng, 0.12, 0.88))
    dark = chance(rng, 0.5)
    for x in (spread(rng, 0.1, 0.3), spread(rng, 0.7, 0.9)):
        canvas.ellipse(x * canvas.w, y, r, r, (45, 45, 45) if dark else (215, 215, 215), 0.9)


def _one_line(rng, canvas, country, tokens, die, left, right):
    share = spread(rng, 0.62, 0.78)
    if "county" in country.marks:
        share = spread(rng, 0.56, 0.66)
    setting = random_setting(rng, int(canvas.h * share))
    side = canvas.w * spread(rng, 0.018, 0.045)
    top = int(canvas.h * (spread(rng, 0.49, 0.53) - share / 2 + (0.06 if "county" in country.marks else 0)))
    boxes, squeeze = lay_out(rng, tokens, die, setting, left + side, canvas.w - right - left - 2 * side, top, spread(rng, 0.3, 0.7))
    stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
    return boxes


def _two_lines(rng, canvas, lines, die, left):
    share = spread(rng, 0.36, 0.43)
    boxes = []
    for i, tokens in enumerate(lines):
        setting = random_setting(rng, int(canvas.h * share))
        top = int(canvas.h * ((0.27 if i == 0 else 0.72) - share / 2))
        inset = left if i == 0 or left > canvas.w * 0.02 and chance(rng, 0.2) else 0
        more, squeeze = lay_out(rng, tokens, die, setting, inset + canvas.w * 0.04, canvas.w * 0.92 - inset, top, spread(rng, 0.2, 0.8))
        stamp_boxes(canvas.ink, more, die, setting, squeeze)
        boxes += more
    return boxes


def draw_eu(rng) -> Draft:
    country = weighted(rng, WEIGHTED)
    tokens = _tokens(rng, country)
    lines = _split(rng, tokens) if chance(rng, 0.09) else None
    aspect = spread(rng, 4.3, 4.85)
    height = int(spread(rng, 84, 112))
    if lines:
        aspect = spread(rng, 1.05, 1.7)
        height = int(spread(rng, 130, 165))
    elif len(text_of(tokens)) <= 6 and chance(rng, 0.25):
        aspect = spread(rng, 3.2, 4.2)
    colour, ink = _ground(rng, country)
    canvas = Canvas(height, int(height * aspect), colour)
    radius = int(height * spread(rng, 0.03, 0.1))
    band = height * spread(rng, 0.36, 0.46) if chance(rng, country.band) else 0
    right = height * spread(rng, 0.32, 0.42) if "rightband" in country.marks and not lines and chance(rng, 0.75) else 0
    if lines and band:
        band = canvas.w * spread(rng, 0.11, 0.16)
    if band:
        _band(rng, canvas, country, band)
    if right:
        _right_band(rng, canvas, right)
    _edge(rng, canvas, country, ink, radius)
    die = pick_die(rng, country.family)
    if lines:
        boxes = _two_lines(rng, canvas, lines, die, band)
    else:
        boxes = _one_line(rng, canvas, country, tokens, die, band, right)
    for box in boxes:
        if box.token.kind == "g" and box.token.text == "=":
            _fill_room(rng, canvas, country, box)
    _small_marks(rng, canvas, country, boxes)
    if "county" in country.marks and chance(rng, 0.8):
        canvas.line_of_print(rng, pick(rng, COUNTIES), "sans", canvas.w * 0.55, canvas.h * 0.11, canvas.h * 0.1, canvas.w * 0.4, ink)
    if "endcrests" in country.marks and not lines:
        for x in (height * 0.2, canvas.w - height * 0.2):
            if chance(rng, 0.6):
                scenes._shield(rng, canvas, x, canvas.h * 0.5, height * 0.2, bgr("c83038"), 1.0)
    draft = Draft(canvas, text_of(tokens), "eu-" + country.code, ink, radius, bool(lines))
    draft.embossed = country.family != "uk" and chance(rng, 0.6)
    draft.after_age = [_bolts, _holder]
    return draft
