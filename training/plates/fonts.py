"""The outline fonts that fetch_fonts fetched: glyph masks for serials, and lines of small print."""
from __future__ import annotations

import glob
import os
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

GLYPH_PX = 96  # font size of the cached glyphs
PRINT_PX = 30  # of the cached lines
LINES_CACHED_MAX = 4000

# Families whose capitals and figures could be a plate's (not teko or quantico: their D and O are too alike to learn from).
PLATE_FAMILIES = (
    "alumni-sans antonio archivo-narrow asap-condensed b612 b612-mono barlow-condensed bebas-neue big-shoulders-display "
    "cabin-condensed chakra-petch dm-sans dosis economica encode-sans-condensed exo-2 fira-sans-condensed fjalla-one "
    "gidole ibm-plex-sans-condensed inter-tight jost khand league-gothic oswald overpass oxanium pathway-gothic-one "
    "pragati-narrow pt-sans-narrow public-sans rajdhani roboto-condensed russo-one saira-condensed "
    "saira-extra-condensed share-tech share-tech-mono signika sofia-sans-condensed sofia-sans-extra-condensed "
    "staatliches titillium-web ubuntu-condensed work-sans yanone-kaffeesatz nunito"
).split()
# By the manner of a state's name.
PRINT_FAMILIES = {
    "sans": "barlow-condensed dm-sans public-sans archivo-black oswald jost overpass titillium-web work-sans fjalla-one "
    "roboto-condensed inter-tight nunito bebas-neue".split(),
    "serif": "playfair-display rokkitt zilla-slab".split(),
    "script": "dancing-script lobster pacifico satisfy righteous fugaz-one changa-one".split(),
}


def folder() -> str:
    cache = os.environ.get("GLASSHOUSE_CACHE") or os.path.expanduser("~/.cache/glasshouse")
    return os.path.join(cache, "fonts")


def _faces(families, weights) -> tuple:
    found = []
    for family in families:
        files = sorted(glob.glob(os.path.join(folder(), family, "*-normal.woff")))
        wanted = [f for f in files if f.rsplit("-", 2)[1] in weights]
        found += wanted or files[:1]
    if not found:
        raise FileNotFoundError(f"no outline fonts in {folder()}: run training/plates/fetch_fonts")
    return tuple(found)


@lru_cache(maxsize=1)
def plate_faces() -> tuple:
    return _faces(PLATE_FAMILIES, ("500", "600", "700"))


@lru_cache(maxsize=8)
def print_faces(manner: str) -> tuple:
    return _faces(PRINT_FAMILIES[manner], ("600", "800"))


@lru_cache(maxsize=512)
def _font(path: str, size: int):
    return ImageFont.truetype(path, size)


def _trimmed(mask: np.ndarray) -> np.ndarray:
    rows, cols = mask.max(axis=1) > 40, mask.max(axis=0) > 40
    if not rows.any():
        return np.zeros((8, 4), np.uint8)
    y0, y1 = int(rows.argmax()), len(rows) - int(rows[::-1].argmax())
    x0, x1 = int(cols.argmax()), len(cols) - int(cols[::-1].argmax())
    return np.ascontiguousarray(mask[y0:y1, x0:x1])


def _drawn(path: str, size: int, text: str) -> np.ndarray:
    # A picture that is surely large enough, trimmed afterwards, is cheaper than asking the font for the size first.
    image = Image.new("L", (int(size * (1.1 * len(text) + 2)), 2 * size), 0)
    ImageDraw.Draw(image).text((size // 2, size // 4), text, fill=255, font=_font(path, size))
    return _trimmed(np.asarray(image))


@lru_cache(maxsize=None)  # bounded by the faces fetched, times 36
def glyph(path: str, c: str) -> np.ndarray:
    """One character's mask, cut to its ink."""
    return _drawn(path, GLYPH_PX, c)


@lru_cache(maxsize=LINES_CACHED_MAX)
def line(path: str, text: str) -> np.ndarray:
    """A line of small print as a mask, cut to its ink."""
    return _drawn(path, PRINT_PX, text)
