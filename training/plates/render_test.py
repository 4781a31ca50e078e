"""The plates' texts, sizes and determinism, the states' formats, and that no two characters look alike."""
from __future__ import annotations

import os
import re
import sys
import unittest

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from plates import fonts, serial  # noqa: E402
from plates.degrade import degrade  # noqa: E402
from plates.dies import FontDie, cut_die  # noqa: E402
from plates.eu_countries import COUNTRIES  # noqa: E402
from plates.render import DRAW, KINDS, render_plate  # noqa: E402
from plates.strokes import CHARACTERS, DRAWINGS, VARIANT_COUNT  # noqa: E402
from plates.us_states import STATES  # noqa: E402
from plates.words import vanity  # noqa: E402

HAVE_FONTS = os.path.isdir(fonts.folder())
PLATES_A_KIND = 40
# Pairs that many dies draw as one and the same sign; the trainers' formats tell them apart.
MAY_LOOK_ALIKE = {frozenset("0O"), frozenset("1I")}
LEAST_DIFFERENCE = 0.033  # share of the zero's box in which two glyphs must differ


def expression(pattern: str, never: str) -> str:
    """The regular expression of the texts that a pattern of serial.py makes."""
    out = ""
    for c in pattern:
        if c == "A":
            out += f"(?![{never}])[A-Z]" if never else "[A-Z]"
        elif c == "9":
            out += "[0-9]"
        elif c == "^":
            out += "[A-Z0-9]"
        elif c.isalnum():
            out += c.upper()
    return out


class Texts(unittest.TestCase):
    def formats(self):
        for owner in (*STATES, *COUNTRIES):
            for _, pattern, never in owner.formats:
                yield owner, pattern, never

    def test_every_format_makes_texts_of_its_own_expression(self):
        rng = np.random.default_rng(1)
        for owner, pattern, never in self.formats():
            with self.subTest(code=owner.code, pattern=pattern):
                for _ in range(20):
                    text = serial.text_of(serial.tokens_of(rng, pattern, never))
                    self.assertRegex(text, "^" + expression(pattern, never) + "$")
                    self.assertTrue(2 <= len(text) <= serial.TEXT_MAX)

    def test_there_are_fifty_states_and_the_district(self):
        self.assertEqual(len({s.code for s in STATES}), 51)

    def test_letters_and_digits_are_all_drawn_and_none_rules(self):
        rng = np.random.default_rng(2)
        drawn = "".join(serial.letter(rng) + serial.digit(rng) for _ in range(20000))
        for c in serial.LETTERS:
            self.assertTrue(0.02 < drawn.count(c) / 20000 < 0.06, c)
        for c in serial.DIGITS:
            self.assertTrue(0.06 < drawn.count(c) / 20000 < 0.14, c)

    def test_vanity_texts_are_short_and_plain(self):
        rng = np.random.default_rng(3)
        for _ in range(2000):
            self.assertRegex(re.sub("[ -]", "", vanity(rng)), "^[A-Z0-9]{2,7}$")


class Glyphs(unittest.TestCase):
    def cell_of(self, die, c):
        """The character in the middle of a cell that is as high as it and wide enough for any."""
        w = max(3, min(60, round(48 * die.width_ratio(c))))
        cell = np.zeros((48, 60), np.float32)
        x = (60 - w) // 2
        cell[:, x:x + w] = die.mask(c, 48, w)
        return cell / 255

    def check(self, die, name):
        cells = {c: self.cell_of(die, c) for c in CHARACTERS}
        area = 48 * 48 * die.width_ratio("0")
        for i, a in enumerate(CHARACTERS):
            for b in CHARACTERS[i + 1:]:
                if frozenset((a, b)) not in MAY_LOOK_ALIKE:
                    difference = float(np.abs(cells[a] - cells[b]).sum()) / area
                    self.assertGreater(difference, LEAST_DIFFERENCE, f"{a} and {b} of {name}")

    def test_characters_of_every_cut_die_differ(self):
        for seed in range(25):
            for family in ("us", "eu", "uk", "br"):
                self.check(cut_die(np.random.default_rng(seed), family), f"{family} die {seed}")

    @unittest.skipUnless(HAVE_FONTS, "no outline fonts: run training/plates/fetch_fonts")
    def test_characters_of_every_font_differ(self):
        for path in fonts.plate_faces():
            self.check(FontDie(path, 1.0, False), os.path.basename(path))

    def test_every_variant_of_every_character_leaves_ink_at_top_and_bottom(self):
        for c in CHARACTERS:
            for variant in range(VARIANT_COUNT[c]):
                die = cut_die(np.random.default_rng(0), "us")
                die.cut.variants[c] = variant
                mask = die.mask(c, 60, max(4, round(60 * die.width_ratio(c))))
                self.assertTrue(mask[:6].max() > 128 and mask[-6:].max() > 128, f"{c} variant {variant}")
        self.assertEqual(sorted(DRAWINGS), sorted(CHARACTERS))


@unittest.skipUnless(HAVE_FONTS, "no outline fonts: run training/plates/fetch_fonts")
class Plates(unittest.TestCase):
    def test_plates_are_in_bounds_and_their_regions_are_known(self):
        regions = {"us-" + s.code for s in STATES} | {"eu-" + c.code for c in COUNTRIES} | {"br", "other"}
        for kind in KINDS:
            rng = np.random.default_rng(4)
            for _ in range(PLATES_A_KIND):
                plate = render_plate(rng, kind)
                self.assertRegex(plate.text, "^[A-Z0-9]{2,10}$")
                self.assertIn(plate.region, regions)
                self.assertEqual(plate.image.dtype, np.uint8)
                height, width, channels = plate.image.shape
                self.assertTrue(64 <= height <= 200 and 60 <= width <= 640 and channels == 3)
                self.assertGreater(float(plate.image.std()), 3)

    def test_nothing_covers_the_serial_and_it_does_not_reach_over_the_edge(self):
        for kind in KINDS:
            rng = np.random.default_rng(8)
            for _ in range(PLATES_A_KIND):
                draft = DRAW[kind](rng)
                canvas = draft.canvas
                ink = canvas.ink > 128
                self.assertFalse(ink[0].any() or ink[-1].any() or ink[:, 0].any() or ink[:, -1].any(), draft.text)
                canvas.image[:] = 128
                for part in (*draft.after_ink, *draft.after_age):
                    part(rng, canvas)
                covered = np.abs(canvas.image - 128).max(axis=2) > 25
                self.assertLess((covered & ink).sum(), 0.05 * ink.sum(), draft.text)

    def test_the_same_generator_gives_the_same_plates(self):
        first, second = np.random.default_rng(5), np.random.default_rng(5)
        for _ in range(60):
            a, b = render_plate(first), render_plate(second)
            self.assertEqual((a.text, a.region, a.two_line), (b.text, b.region, b.two_line))
            self.assertTrue(np.array_equal(a.image, b.image))

    def test_half_of_the_plates_are_of_the_united_states(self):
        rng = np.random.default_rng(6)
        count = sum(render_plate(rng).region.startswith("us") for _ in range(300))
        self.assertTrue(110 <= count <= 190, count)

    def test_degrading_keeps_size_and_source_and_is_repeatable(self):
        crop = render_plate(np.random.default_rng(7), "us").image
        before = crop.copy()
        for seed in range(60):
            a, b = degrade(np.random.default_rng(seed), crop), degrade(np.random.default_rng(seed), crop)
            self.assertEqual((a.shape, a.dtype), (crop.shape, np.uint8))
            self.assertTrue(np.array_equal(a, b))
        self.assertTrue(np.array_equal(crop, before))


if __name__ == "__main__":
    unittest.main()
