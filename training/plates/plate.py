"""What the layouts hand to the renderer, and what the renderer hands out."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .canvas import Canvas


@dataclass
class Draft:
    """A plate before its ink is laid and before it ages."""

    canvas: Canvas
    text: str
    region: str
    ink: tuple  # BGR
    radius: int  # of the corners, in pixels
    two_line: bool
    embossed: bool = False
    after_ink: list = field(default_factory=list)  # f(rng, canvas): what covers the characters' paint
    after_age: list = field(default_factory=list)  # f(rng, canvas): what is newer than the dirt


@dataclass
class Plate:
    image: np.ndarray  # uint8 BGR; its edges are the plate's
    text: str  # A-Z 0-9, what a person would write down
    region: str  # "us-ca", "eu-de", "br", "other"
    two_line: bool
