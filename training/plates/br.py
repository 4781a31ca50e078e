"""Brazilian plates: AAA-9999 under a line with the town (1990 to 2018), and Mercosul since; motorcycles on two lines."""
from __future__ import annotations

from .canvas import Canvas, bgr, near
from .dice import chance, pick, spread, weighted
from .dies import pick_die
from .plate import Draft
from .serial import Setting, lay_out, random_setting, stamp_boxes, text_of, tokens_of

TOWNS = ("PR-CURITIBA", "PR-PARANAGUA", "SP-SAO PAULO", "RJ-RIO DE JANEIRO", "MG-BELO HORIZONTE", "RS-PORTO ALEGRE", "SC-JOINVILLE", "BA-SALVADOR",
         "PE-RECIFE", "CE-FORTALEZA", "DF-BRASILIA", "GO-GOIANIA", "PR-SAO JOSE DOS PINHAIS", "SP-CAMPINAS", "PR-LONDRINA", "AM-MANAUS", "PA-BELEM",
         "ES-VITORIA", "MT-CUIABA", "SC-ITAJAI", "PR-MORRETES", "SP-SANTOS", "PR-COLOMBO", "RS-IJUI", "BRASIL", "MG-UBERABA")
OLD_GROUNDS = ((5, "b8bab8/222222"), (4, "a83038/e8e8e8"), (0.8, "f4f4f4/222222"), (0.5, "1a1a1a/c8c8c8"), (0.4, "2a4a9a/f0f0f0"), (0.3, "f4f4f4/b02030"), (0.3, "2a7a4a/f0f0f0"))
MERCOSUL_INKS = ((8, "141414"), (2, "b02030"), (0.6, "2a5ab0"), (0.6, "2a8a4a"), (0.3, "d0a020"), (0.3, "9a9a9a"))


def _towns_line(rng, canvas, ink, ground):
    cy = canvas.h * spread(rng, 0.13, 0.19)
    lighter = tuple(c + (255 - c) * 0.12 for c in ground)
    if chance(rng, 0.5):  # the town is on a strip of its own, riveted on
        h, w = canvas.h * spread(rng, 0.15, 0.2), canvas.w * spread(rng, 0.55, 0.85)
        canvas.rectangle(canvas.w / 2 - w / 2, cy - h / 2, canvas.w / 2 + w / 2, cy + h / 2, lighter if chance(rng, 0.6) else tuple(c * 0.85 for c in ground), 0.8)
        canvas.rectangle(canvas.w / 2 - w / 2, cy + h / 2, canvas.w / 2 + w / 2, cy + h / 2 + 1, tuple(c * 0.6 for c in ground), 0.6)
    if chance(rng, 0.9):
        canvas.line_of_print(rng, pick(rng, TOWNS), "sans", canvas.w * spread(rng, 0.45, 0.55), cy, canvas.h * spread(rng, 0.075, 0.13), canvas.w * 0.55, ink, spread(rng, 0.5, 1))
    if chance(rng, 0.4):  # the lead seal's wire
        canvas.ellipse(canvas.w * spread(rng, 0.08, 0.14), canvas.h * 0.17, canvas.h * 0.05, canvas.h * 0.05, near(rng, bgr("284a90"), 30), 0.8)


def _holes(rng, canvas):
    r = max(1.5, canvas.h * spread(rng, 0.015, 0.03))
    for x, y in ((0.33, 0.05), (0.67, 0.05), (0.33, 0.95), (0.67, 0.95), (0.5, 0.94)):
        if chance(rng, 0.5):
            canvas.ellipse(canvas.w * x, canvas.h * y, r * (2 if chance(rng, 0.4) else 1), r, (35, 35, 35), 0.8)


def _old_one_line(rng):
    ground, ink = weighted(rng, OLD_GROUNDS).split("/")
    height = int(spread(rng, 96, 124))
    canvas = Canvas(height, int(height * spread(rng, 2.85, 3.15)), near(rng, bgr(ground), 18))
    ground_colour = tuple(float(c) for c in canvas.image[0, 0])
    ink_colour = near(rng, bgr(ink), 14)
    _towns_line(rng, canvas, ink_colour, ground_colour)
    tokens = tokens_of(rng, "AAA.9999" if chance(rng, 0.8) else pick(rng, ("AAA-9999", "AAA 9999", "AAA~9999")))
    die = pick_die(rng, "br")
    share = spread(rng, 0.46, 0.58)
    setting = Setting(int(height * share), spread(rng, 0.07, 0.16), chance(rng, 0.75), spread(rng, 0.7, 1.1))
    top = int(height * (spread(rng, 0.585, 0.64) - share / 2))
    boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * 0.03, canvas.w * 0.94, top)
    stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
    radius = int(height * spread(rng, 0.04, 0.1))
    if chance(rng, 0.7):
        canvas.border(int(spread(rng, 1, 4)), int(spread(rng, 1, 3)), radius, ink_colour if chance(rng, 0.5) else tuple(c * 0.7 for c in ground_colour), spread(rng, 0.4, 0.9))
    draft = Draft(canvas, text_of(tokens), "br", ink_colour, radius, False)
    draft.embossed = True
    draft.after_age = [_holes]
    return draft


def _old_motorcycle(rng):
    ground, ink = weighted(rng, OLD_GROUNDS).split("/")
    height = int(spread(rng, 130, 160))
    canvas = Canvas(height, int(height * spread(rng, 1.0, 1.25)), near(rng, bgr(ground), 18))
    ground_colour = tuple(float(c) for c in canvas.image[0, 0])
    ink_colour = near(rng, bgr(ink), 14)
    canvas.line_of_print(rng, pick(rng, TOWNS), "sans", canvas.w / 2, height * 0.09, height * 0.08, canvas.w * 0.7, ink_colour, spread(rng, 0.6, 1))
    text = _two_lines(rng, canvas, ("AAA", "9999"), 0.17, 0.56)
    draft = Draft(canvas, text, "br", ink_colour, int(height * 0.06), True)
    draft.embossed = True
    draft.after_age = [_holes]
    if chance(rng, 0.6):
        canvas.border(2, 2, draft.radius, tuple(c * 0.7 for c in ground_colour), 0.7)
    return draft


def _two_lines(rng, canvas, patterns, first, second):
    die = pick_die(rng, "br")
    share = spread(rng, 0.33, 0.38)
    text = ""
    for pattern, top in zip(patterns, (first, second)):
        tokens = tokens_of(rng, pattern)
        setting = random_setting(rng, int(canvas.h * share))
        boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * 0.06, canvas.w * 0.88, int(canvas.h * top), spread(rng, 0.4, 0.6))
        stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
        text += text_of(tokens)
    return text


def _mercosul_band(rng, canvas, share):
    canvas.rectangle(0, 0, canvas.w, canvas.h * share, near(rng, bgr("1a3a9a"), 16))
    canvas.line_of_print(rng, "BRASIL", "sans", canvas.w / 2, canvas.h * share * 0.52, canvas.h * share * 0.55, canvas.w * 0.5, (250, 250, 250))
    r = canvas.h * share * 0.28
    x = canvas.w * 0.94
    canvas.rectangle(x - r * 1.4, canvas.h * share / 2 - r, x + r * 1.4, canvas.h * share / 2 + r, bgr("20a050"))
    canvas.ellipse(x, canvas.h * share / 2, r, r * 0.8, bgr("f0d020"))
    canvas.ellipse(canvas.w * 0.06, canvas.h * share / 2, r, r, bgr("c0d0e8"), 0.7)


def _mercosul(rng):
    two = chance(rng, 0.2)
    height = int(spread(rng, 130, 160) if two else spread(rng, 96, 124))
    canvas = Canvas(height, int(height * (spread(rng, 1.1, 1.25) if two else spread(rng, 2.8, 3.15))), near(rng, (244, 244, 244), 9))
    ink = near(rng, bgr(weighted(rng, MERCOSUL_INKS)), 14)
    _mercosul_band(rng, canvas, spread(rng, 0.15, 0.18) if two else spread(rng, 0.2, 0.25))
    radius = int(height * spread(rng, 0.05, 0.1))
    if two:
        text = _two_lines(rng, canvas, ("AAA", "9A99"), 0.22, 0.6)
    else:
        die = pick_die(rng, "mercosul" if chance(rng, 0.8) else "br")
        share = spread(rng, 0.5, 0.6)
        setting = Setting(int(height * share), spread(rng, 0.1, 0.18), chance(rng, 0.6))
        tokens = tokens_of(rng, "AAA9A99")
        left = 0.08 if chance(rng, 0.7) else 0.04
        boxes, squeeze = lay_out(rng, tokens, die, setting, canvas.w * left, canvas.w * (0.96 - left), int(height * (0.62 - share / 2)))
        stamp_boxes(canvas.ink, boxes, die, setting, squeeze)
        text = text_of(tokens)
        if left > 0.05:
            if chance(rng, 0.7):
                canvas.line_of_print(rng, "BR", "sans", canvas.w * 0.045, height * 0.88, height * 0.1, canvas.w * 0.05, (20, 20, 20))
            s = height * 0.09
            for i in range(4):  # the data matrix
                for j in range(4):
                    if chance(rng, 0.5):
                        canvas.rectangle(canvas.w * 0.04 - s + i * s / 2, height * 0.32 + j * s / 2, canvas.w * 0.04 - s + (i + 1) * s / 2, height * 0.32 + (j + 1) * s / 2, (30, 30, 30), 0.8)
    canvas.border(1, 2, radius, ink if chance(rng, 0.6) else (30, 30, 30), 0.8)
    draft = Draft(canvas, text, "br", ink, radius, two)
    draft.embossed = chance(rng, 0.7)
    draft.after_age = [_holes]
    return draft


def draw_br(rng) -> Draft:
    roll = rng.random()
    if roll < 0.6:
        return _old_one_line(rng)
    if roll < 0.7:
        return _old_motorcycle(rng)
    return _mercosul(rng)
