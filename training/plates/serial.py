"""The serial: from a pattern to tokens, and from tokens to a mask of the inked characters.

Patterns: A a letter, 9 a digit, a lower-case letter itself, `^` letter or digit; `(..)` small characters
stacked, `[..]` small characters in a row; ` ` a gap, `~` a thin gap, `-` a dash, `.` a dot, `:` two dots, `*` room
for a picture, `=` wide room for a sticker.
"""
from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .dice import chance, pick, spread

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
# Each has a twin of the other kind, or its own, that readers take it for.
CONFUSED_LETTERS = "OQDIBSZGUVMWNH"
CONFUSED_DIGITS = "0185263"
CONFUSED_SHARE = 0.22
TEXT_MAX = 10

GAP_WIDTHS = {" ": 0.5, "~": 0.18, "-": 0.62, ".": 0.36, ":": 0.4, "*": 0.95, "=": 1.1}  # of a cell


@dataclass
class Token:
    kind: str  # "c" character, "s" stacked, "r" small row, "g" gap
    text: str


@dataclass
class Box:
    """Where a token came to lie."""

    token: Token
    x: int
    y: int
    w: int
    h: int


def letter(rng, never="") -> str:
    while True:
        c = pick(rng, CONFUSED_LETTERS) if chance(rng, CONFUSED_SHARE) else pick(rng, LETTERS)
        if c not in never:
            return c


def digit(rng, never="") -> str:
    while True:
        c = pick(rng, CONFUSED_DIGITS) if chance(rng, CONFUSED_SHARE) else pick(rng, DIGITS)
        if c not in never:
            return c


def draw_char(rng, symbol: str, never="") -> str:
    if symbol == "A":
        return letter(rng, never)
    if symbol == "9":
        return digit(rng)
    if symbol == "^":
        return letter(rng, never) if chance(rng, 0.5) else digit(rng)
    return symbol.upper()


def tokens_of(rng, pattern: str, never="") -> list[Token]:
    tokens, i = [], 0
    while i < len(pattern):
        c = pattern[i]
        if c in "([":
            end = pattern.index(")" if c == "(" else "]", i)
            inner = "".join(draw_char(rng, s, never) for s in pattern[i + 1:end])
            tokens.append(Token("s" if c == "(" else "r", inner))
            i = end + 1
            continue
        if c in GAP_WIDTHS:
            tokens.append(Token("g", c))
        else:
            tokens.append(Token("c", draw_char(rng, c, never)))
        i += 1
    return tokens


def word_tokens(text: str) -> list[Token]:
    return [Token("g", c) if c in GAP_WIDTHS else Token("c", c) for c in text]


def text_of(tokens) -> str:
    return "".join(t.text for t in tokens if t.kind != "g")


@dataclass
class Setting:
    """How a line of characters is set."""

    height: int
    spacing: float  # between glyphs, as a share of the height
    pitch: bool  # every character advances alike, whatever its width
    gap_scale: float = 1.0
    jitter: float = 0.0  # of each glyph's place, as a share of the height
    stack_share: float = 0.46  # height of a stacked character against the line's


def random_setting(rng, height: int) -> Setting:
    return Setting(height, spread(rng, 0.07, 0.2), chance(rng, 0.45), spread(rng, 0.7, 1.25),
                   0.012 if chance(rng, 0.25) else 0.0, spread(rng, 0.38, 0.47))


def _width(token, die, setting, cell):
    if token.kind == "g":
        return GAP_WIDTHS[token.text] * cell * setting.gap_scale
    if token.kind == "c":
        return cell if setting.pitch and token.text not in "MW" else die.width_ratio(token.text)
    small = [die.width_ratio(c) * setting.stack_share for c in token.text]
    if token.kind == "s":
        return max(small)
    return sum(small) + setting.spacing * 0.5 * (len(small) - 1)


def lay_out(rng, tokens, die, setting: Setting, x0: float, width: float, y: int, align=0.5):
    """Boxes of the tokens on a line that begins at x0 and has `width` to fill; narrows or lowers them to fit."""
    cell = die.width_ratio("0")
    ratios = [_width(t, die, setting, cell) for t in tokens]
    spaces = [setting.spacing * (0.3 if "g" in (a.kind, b.kind) else 1.0) for a, b in zip(tokens, tokens[1:])] + [0.0]
    total = sum(ratios) + sum(spaces)
    height = setting.height
    squeeze = min(1.0, width / (total * height))
    if squeeze < 0.78:  # beyond that a maker takes a lower die rather than a narrower one
        height = max(8, int(height * squeeze / 0.78))
        squeeze = min(1.0, width / (total * height))
    unit = height * squeeze
    x = x0 + (width - total * unit) * align
    y += (setting.height - height) // 2
    boxes = []
    for token, ratio, space in zip(tokens, ratios, spaces):
        w = ratio * unit
        dx = spread(rng, -1, 1) * setting.jitter * height if setting.jitter else 0
        dy = spread(rng, -1, 1) * setting.jitter * height if setting.jitter else 0
        boxes.append(Box(token, int(round(x + dx)), int(round(y + dy)), max(2, int(round(w))), height))
        x += w + space * unit
    return boxes, squeeze


def _stamp(ink, mask, x, y):
    h, w = mask.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(ink.shape[1], x + w), min(ink.shape[0], y + h)
    if x1 > x0 and y1 > y0:
        part = ink[y0:y1, x0:x1]
        np.maximum(part, mask[y0 - y:y1 - y, x0 - x:x1 - x], out=part)


def _stamp_char(ink, die, c, box_x, box_y, box_w, height, squeeze):
    w = max(2, int(round(die.width_ratio(c) * height * squeeze)))
    w = min(w, box_w) if box_w >= 4 else w
    _stamp(ink, die.mask(c, height, w), box_x + (box_w - w) // 2, box_y)


def stamp_boxes(ink, boxes, die, setting: Setting, squeeze: float):
    """Draws characters and dashes into the mask; rooms for pictures stay empty."""
    for box in boxes:
        token = box.token
        if token.kind == "c":
            _stamp_char(ink, die, token.text, box.x, box.y, box.w, box.h, squeeze)
        elif token.kind == "s":
            small = max(6, int(box.h * setting.stack_share))
            step = (box.h - small) / max(1, len(token.text) - 1)
            if len(token.text) > 2:
                small = max(6, int(box.h / len(token.text) * 0.88))
                step = (box.h - small) / (len(token.text) - 1)
            for i, c in enumerate(token.text):
                _stamp_char(ink, die, c, box.x, box.y + int(round(i * step)), box.w, small, squeeze)
        elif token.kind == "r":
            small = max(6, int(box.h * setting.stack_share))
            x = box.x
            for c in token.text:
                w = max(2, int(round(die.width_ratio(c) * small * squeeze)))
                _stamp(ink, die.mask(c, small, w), x, box.y + (box.h - small) // 2)
                x += w + max(1, int(0.1 * small))
        elif token.text in "-.:":
            _stamp_separator(ink, box)


def _stamp_separator(ink, box):
    cx, cy = box.x + box.w // 2, box.y + box.h // 2
    if box.token.text == "-":
        t = max(2, int(box.h * 0.12))
        half = max(2, int(box.w * 0.36))
        cv2.rectangle(ink, (cx - half, cy - t // 2), (cx + half, cy - t // 2 + t - 1), 255, -1)
        return
    r = max(1, int(box.h * 0.07))
    for y in (cy,) if box.token.text == "." else (box.y + int(box.h * 0.25), box.y + int(box.h * 0.75)):
        cv2.circle(ink, (cx, y), r, 255, -1, cv2.LINE_AA)
