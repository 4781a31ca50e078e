"""The shapes of makers' badges: what is metal, as masks. Most are outlines of npm's simple-icons (CC0-1.0), as flat as a maker prints them today; where
vehicles on the road wear another form, or the package has none, it is drawn here from straight lines, ellipses and letters.

    shapes = emblems()   # {make: [mask, ...]}, masks SIDE × SIDE, float 0..1, the longer side of the emblem filling most of it
"""
import hashlib
import os
import subprocess
import tarfile

import cv2
import numpy as np

from badges.outlines import icon_mask

PACKAGE, SHA256 = "simple-icons@16.37.0", "cd9faf0e6faa8a8fdd15e9632ab4c86fcae4b986fe552b87673149847f2f671d"
SIDE = 96
FULL = 4 * SIDE  # drawn at, then made smaller
FILLS = 0.92     # of SIDE

# makes whose icon is what their vehicles wear
ICONS = ("ford chevrolet toyota nissan honda hyundai kia volkswagen skoda mazda renault fiat citroen bmw audi opel seat jeep chrysler subaru dacia "
         "mitsubishi suzuki cadillac infiniti acura lada porsche saturn mini").split()


def package():
    """The icons' folder inside the unpacked package, fetched once and checked."""
    cache = os.environ.get("GLASSHOUSE_CACHE") or os.path.expanduser("~/.cache/glasshouse")
    folder = os.path.join(cache, "npm")
    tarball = os.path.join(folder, PACKAGE.replace("@", "-") + ".tgz")
    unpacked = tarball[: -len(".tgz")]
    if not os.path.isdir(unpacked):
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(tarball):
            subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(tarball, "rb") as source:
            if hashlib.sha256(source.read()).hexdigest() != SHA256:
                os.remove(tarball)
                raise SystemExit(f"{PACKAGE} does not have the pinned sha256: it was removed and nothing of it is used")
        with tarfile.open(tarball) as archive:
            archive.extractall(unpacked, [m for m in archive.getmembers() if m.name.startswith("package/icons/")])
    return os.path.join(unpacked, "package", "icons")


def fitted(mask):
    """The emblem as large as SIDE allows, in the middle."""
    ys, xs = np.nonzero(mask > 0.2)
    part = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    grow = FILLS * SIDE / max(part.shape)
    size = max(1, round(part.shape[1] * grow)), max(1, round(part.shape[0] * grow))
    part = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    out = np.zeros((SIDE, SIDE), np.float32)
    x, y = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    out[y : y + size[1], x : x + size[0]] = part
    return out


class Drawing:
    """Draws in units of -1..1, y down, later strokes over earlier ones."""

    def __init__(self):
        self.canvas = np.zeros((FULL, FULL), np.uint8)

    def at(self, points):
        return np.int32(np.round((np.float64(points) * 0.46 + 0.5) * FULL))

    def polygon(self, points, value=255):
        cv2.fillPoly(self.canvas, [self.at(points)], value, cv2.LINE_AA)
        return self

    def ellipse(self, rx, ry, x=0.0, y=0.0, value=255):
        turn = np.linspace(0, 2 * np.pi, 90, endpoint=False)
        return self.polygon(np.stack([x + rx * np.cos(turn), y + ry * np.sin(turn)], 1), value)

    def ring(self, rx, ry, thick, x=0.0, y=0.0):
        return self.ellipse(rx, ry, x, y).ellipse(rx - thick, ry - thick, x, y, 0)

    def line(self, points, thick, value=255):
        cv2.polylines(self.canvas, [self.at(points)], False, value, max(1, round(thick * 0.46 * FULL)), cv2.LINE_AA)
        return self

    def word(self, text, width, height, x=0.0, y=0.0, thick=0.1, value=255):
        """Plain capitals of straight strokes, `width` wide in all."""
        step = width / len(text)
        for i, letter in enumerate(text):
            left, w = x - width / 2 + (i + 0.14) * step, 0.72 * step
            for stroke in STROKES[letter]:
                self.line([(left + a * w, y + (b - 0.5) * height) for a, b in stroke], thick, value)
        return self

    def mask(self):
        return fitted(self.canvas.astype(np.float32) / 255)


STROKES = {
    "A": [[(0, 1), (0.5, 0), (1, 1)], [(0.2, 0.65), (0.8, 0.65)]],
    "C": [[(1, 0.15), (0.7, 0), (0.3, 0), (0, 0.3), (0, 0.7), (0.3, 1), (0.7, 1), (1, 0.85)]],
    "D": [[(0, 0), (0.6, 0), (1, 0.3), (1, 0.7), (0.6, 1), (0, 1), (0, 0)]],
    "E": [[(1, 0), (0, 0), (0, 1), (1, 1)], [(0, 0.5), (0.8, 0.5)]],
    "F": [[(1, 0), (0, 0), (0, 1)], [(0, 0.5), (0.8, 0.5)]],
    "G": [[(1, 0.15), (0.7, 0), (0.3, 0), (0, 0.3), (0, 0.7), (0.3, 1), (0.7, 1), (1, 0.85), (1, 0.5), (0.6, 0.5)]],
    "H": [[(0, 0), (0, 1)], [(1, 0), (1, 1)], [(0, 0.5), (1, 0.5)]],
    "I": [[(0.5, 0), (0.5, 1)]],
    "J": [[(1, 0), (1, 0.75), (0.6, 1), (0.3, 1), (0, 0.75)]],
    "K": [[(0, 0), (0, 1)], [(1, 0), (0, 0.6)], [(0.35, 0.4), (1, 1)]],
    "L": [[(0, 0), (0, 1), (1, 1)]],
    "M": [[(0, 1), (0, 0), (0.5, 0.6), (1, 0), (1, 1)]],
    "N": [[(0, 1), (0, 0), (1, 1), (1, 0)]],
    "O": [[(0.3, 0), (0.7, 0), (1, 0.3), (1, 0.7), (0.7, 1), (0.3, 1), (0, 0.7), (0, 0.3), (0.3, 0)]],
    "R": [[(0, 1), (0, 0), (0.7, 0), (1, 0.25), (0.7, 0.5), (0, 0.5)], [(0.5, 0.5), (1, 1)]],
    "S": [[(1, 0.1), (0.7, 0), (0.3, 0), (0, 0.25), (1, 0.75), (0.7, 1), (0.3, 1), (0, 0.9)]],
    "T": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0, 0), (0, 0.7), (0.3, 1), (0.7, 1), (1, 0.7), (1, 0)]],
    "V": [[(0, 0), (0.5, 1), (1, 0)]],
    "X": [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
}


def star(points, outer, inner, turn=-90):
    angles = np.radians(turn + np.arange(2 * points) * 180 / points)
    reach = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([reach * np.cos(angles), reach * np.sin(angles)], 1)


def mirrored(points):
    return [(-x, y) for x, y in points]


def drawn():
    """{make: [mask]} of the forms that the package lacks."""
    forms = {}

    def add(make, drawing):
        forms.setdefault(make, []).append(drawing.mask())

    for thick in (0.1, 0.15):
        bow = [(-1, -0.06), (-0.36, -0.06), (-0.3, -0.33), (0.36, -0.33), (0.3, -0.1), (1, -0.1), (0.9, 0.1), (0.3, 0.1), (0.24, 0.33), (-0.4, 0.33), (-0.34, 0.1), (-1.0, 0.1)]
        bow = [(x - 0.08 * y, y * (1 + thick)) for x, y in bow]
        add("chevrolet", Drawing().polygon(bow))
        nissan = Drawing().ring(0.86, 0.8, thick).polygon([(-1, -0.2), (1, -0.2), (1, 0.2), (-1, 0.2)])
        add("nissan", nissan.word("NISSAN", 1.8, 0.22, thick=0.07, value=0))
        add("kia", Drawing().ring(1, 0.52, thick * 0.7).word("KIA", 1.25, 0.42, thick=thick))
        diamond = [(0, -1), (0.62, 0), (0, 1), (-0.62, 0)]
        hole = 0.52 - thick
        add("renault", Drawing().polygon(diamond).polygon([(x * hole, y * hole) for x, y in diamond], 0))
        twist = Drawing().polygon(diamond).polygon([(x * 0.5, y * 0.5) for x, y in diamond], 0)
        add("renault", twist.line([(0.31, 0), (0, 0.5), (-0.1, 0.85)], 0.05, 0).line([(-0.31, 0), (0, -0.5), (0.1, -0.85)], 0.05, 0))
        for lower in (0.0, 0.55):
            if lower == 0:
                chevrons = Drawing()
            chevrons.polygon([(0, -0.75 + lower), (0.95, 0.1 + lower), (0.95, 0.35 + lower + thick), (0, -0.42 + lower + thick), (-0.95, 0.35 + lower + thick), (-0.95, 0.1 + lower)])
        add("citroen", chevrons)
        bolt = [(-1, -0.1), (0.2, -0.1), (0.12, 0.02), (1, 0.1), (-0.2, 0.1), (-0.12, -0.02)]
        add("opel", Drawing().ring(0.75, 0.75, thick).polygon([(x * 0.98, y * (1 + 2 * thick)) for x, y in bolt]))
        add("mercedes-benz", Drawing().ring(1, 1, thick * 0.8).polygon(star(3, 0.98, 0.1 + thick / 4)))
        add("mercedes-benz", Drawing().ring(1, 1, thick).polygon(star(3, 0.95, 0.14)))
        add("lexus", Drawing().ring(1, 0.7, thick * 0.9).line([(0.25, -0.58), (-0.4, 0.3), (0.75, 0.33)], thick * 1.3))
        add("jac", Drawing().ring(1, 0.72, thick).polygon(star(5, 0.72, 0.28) * (1, 0.95)))
        add("jac", Drawing().ring(1, 0.78, thick).polygon(star(5, 0.78, 0.3)))
        add("jac", Drawing().word("JAC", 1.9, 0.62, thick=0.1 + thick))
        add("gmc", Drawing().word("GMC", 2, 0.55, thick=thick * 1.5))
        add("fiat", Drawing().ring(1, 1, thick).word("FIAT", 1.3, 0.8, thick=thick))
        boxes = Drawing()
        for i, letter in enumerate("FIAT"):
            x = -0.78 + 0.52 * i
            boxes.polygon([(x - 0.14, -0.32), (x + 0.3, -0.32), (x + 0.14, 0.32), (x - 0.3, 0.32)]).word(letter, 0.38, 0.4, x, 0, 0.08, 0)
        add("fiat", boxes)
        half = [(-0.07, -0.75), (-0.4, -1), (-0.6, -0.9), (-0.05, 1)]
        add("pontiac", Drawing().polygon(half).polygon(mirrored(half)))
        add("pontiac", Drawing().polygon([(0, -0.55), (-0.35, -1), (-0.62, -0.8), (0, 1), (0.62, -0.8), (0.35, -1)]))
        frame = Drawing().polygon([(-0.45, -1), (0.45, -1), (0.45, 1), (-0.45, 1)]).polygon([(-0.45 + thick, -1 + thick), (0.45 - thick, -1 + thick), (0.45 - thick, 1 - thick), (-0.45 + thick, 1 - thick)], 0)
        add("lincoln", frame.polygon(star(4, 1, 0.06) * (0.45, 0.95)).line([(-0.42, 0), (0.42, 0)], 0.06).line([(0, -1), (0, 1)], 0.06))
        buick = Drawing().ring(1, 1, thick)
        for x, y in ((-0.42, -0.18), (0, 0), (0.42, 0.18)):
            buick.polygon([(x - 0.19, y - 0.42), (x + 0.19, y - 0.36), (x + 0.16, y + 0.2), (x, y + 0.45), (x - 0.16, y + 0.14)])
        add("buick", buick)
        wing = [(0.24, -0.22), (1, -0.26), (0.92, -0.12), (0.72, 0.04), (0.3, 0.2)]
        add("chrysler", Drawing().polygon(wing).polygon(mirrored(wing)).ellipse(0.32, 0.32, value=0).ring(0.29, 0.29, 0.06).ellipse(0.16, 0.16))
        add("chrysler", Drawing().polygon(wing).polygon(mirrored(wing)).ellipse(0.25, 0.25))
        add("volvo", Drawing().ring(0.8, 0.8, thick).line([(0.55, -0.55), (0.95, -0.95)], thick).line([(0.6, -1), (1, -1), (1, -0.6)], thick).polygon([(-0.8, -0.17), (0.8, -0.17), (0.8, 0.17), (-0.8, 0.17)]).word("VOLVO", 1.4, 0.2, thick=0.05, value=0))
        cup = [(-1, -0.8), (1, -0.8), (0.93, -0.5), (0.62, 0.55), (0.42, 0.8), (-0.42, 0.8), (-0.62, 0.55), (-0.93, -0.5)]
        slot = [(-0.5, -0.05), (0.5, -0.05), (0.36, 0.42), (0.22, 0.55), (-0.22, 0.55), (-0.36, 0.42)]
        add("dacia", Drawing().polygon(cup).polygon([(x * (1.1 - thick), y) for x, y in slot], 0))
        band = Drawing().polygon(cup).polygon([(x * (1.1 - thick), y) for x, y in slot], 0)
        add("dacia", band.word("DACIA", 1.1, 0.2, 0, -0.42, 0.05, 0))
        cross = Drawing().polygon([(-0.75, -1), (0.75, -1), (0.7, 0.35), (0, 1), (-0.7, 0.35)]).polygon([(-0.62, -0.88), (0.62, -0.88), (0.58, 0.28), (0, 0.82), (-0.58, 0.28)], 0)
        head = [(-0.16, -0.5), (0.16, -0.5), (0.2, -0.1), (0.12, 0.55), (-0.12, 0.55), (-0.2, -0.1)]
        cross.polygon(head)
        for side in (-1, 1):
            turn = np.linspace(-0.5 * np.pi, 1.05 * np.pi, 30)
            cross.line(np.stack([side * (0.3 + 0.24 * np.cos(turn)), -0.22 + 0.34 * np.sin(turn)], 1), 0.12 + thick / 2)
        add("dodge", cross)
        add("mazda", Drawing().ring(1, 0.78, thick).polygon([(-0.85, -0.3), (-0.5, -0.3), (0, 0.12), (0.5, -0.3), (0.85, -0.3), (0.45, 0.02 + thick / 2), (0, 0.42 + thick / 2), (-0.45, 0.02 + thick / 2)]))
        add("subaru", Drawing().ring(1, 0.58, thick * 0.8).polygon(star(4, 0.34, 0.1) + (-0.45, -0.12)).polygon(star(4, 0.2, 0.07) + (0.2, -0.2)).polygon(star(4, 0.2, 0.07) + (0.5, 0.05)).polygon(star(4, 0.2, 0.07) + (0.2, 0.28)).polygon(star(4, 0.2, 0.07) + (-0.15, 0.2)))
    return forms


def thickened(mask, px):
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1))
    return cv2.dilate(mask, kernel)


def emblems():
    folder = package()
    forms = drawn()

    def icon(name):
        with open(os.path.join(folder, name + ".svg"), encoding="utf-8") as source:
            return icon_mask(source.read(), FULL)

    for make in ICONS:
        mask = icon(make)
        forms.setdefault(make, []).insert(0, fitted(mask))
        if make in ("toyota", "hyundai", "honda", "volkswagen", "audi", "opel", "skoda", "bmw", "infiniti", "acura", "mazda", "citroen"):
            forms[make].insert(1, fitted(thickened(mask, 5)))
    ram = icon("ram")
    ram[FULL * 3 // 4 :] = 0  # its name below
    forms["dodge"].insert(0, fitted(ram))
    for extra in ("volkswagen", "skoda", "bmw"):  # a wide rim around
        small = cv2.resize(icon(extra), (FULL * 3 // 4, FULL * 3 // 4), interpolation=cv2.INTER_AREA)
        rim = Drawing().ring(1, 1, 0.1).canvas.astype(np.float32) / 255
        at = FULL // 8
        rim[at : at + small.shape[0], at : at + small.shape[1]] = np.maximum(rim[at : at + small.shape[0], at : at + small.shape[1]], small)
        forms[extra].append(fitted(rim))
    return dict(sorted(forms.items()))
