"""The shapes of makers' badges: what is metal and what is painted. Most are outlines from npm (badges/packages.py), as flat as makers print them; where
vehicles on the road wear another form, or the packages have none, it is drawn here from straight lines, ellipses and letters.

    shapes = emblems()     # {make: [Emblem, ...]}
    masks = strangers()    # marks of others, which are none of these makes
"""
import functools

import cv2
import numpy as np

from badges.packages import OLD_ICONS, make_icon, simple_icon

SIDE = 96
FULL = 4 * SIDE  # drawn at, then made smaller
FILLS = 0.92     # of SIDE

# makes whose icon is what their vehicles wear, dark where the badge is metal
ICONS = ("chevrolet toyota nissan honda hyundai kia volkswagen skoda mazda renault fiat citroen bmw audi opel seat jeep chrysler subaru dacia "
         "mitsubishi suzuki cadillac infiniti acura lada porsche saturn mini tesla peugeot volvo").split()
THICKER = "toyota hyundai honda volkswagen audi opel skoda bmw infiniti acura mazda citroen".split()
OLD = "kia fiat renault peugeot peugeot volvo".split()  # as simple-icons had them in 2020; the lion is the commonest Peugeot on the road
OTHER = "nissan mercedes-benz mercedes-benz-alt mazda-alt subaru-alt volvo cadillac buick saturn chrysler lincoln lexus mini-alt toyota".split()  # of car-makes-icons
STRANGERS = ("alfa-romeo bentley daewoo eagle ferrari fisker genesis geo hummer isuzu jaguar land-rover lotus maserati maybach mercury oldsmobile panoz plymouth "
             "rolls-royce saab saab-alt scion smart").split()


class Emblem:
    """metal: a mask SIDE × SIDE of 0..1, its longer side filling most of it. paint: BGRA under the metal, or None.
    filled: how often something fills what both leave free."""

    def __init__(self, metal, paint=None, filled=0.55):
        ys, xs = np.nonzero((metal if paint is None else np.maximum(metal, paint[..., 3])) > 0.2)
        box = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
        self.metal, self.paint, self.filled = fitted(metal[box]), None if paint is None else fitted(paint[box]), filled


def fitted(part):
    """As large as SIDE allows, in the middle."""
    grow = FILLS * SIDE / max(part.shape[:2])
    size = max(1, round(part.shape[1] * grow)), max(1, round(part.shape[0] * grow))
    out = np.zeros((SIDE, SIDE) + part.shape[2:], np.float32)
    x, y = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    out[y : y + size[1], x : x + size[0]] = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return out


def outer(mask):
    """All that lies inside its outer edge."""
    contours, _ = cv2.findContours((mask > 0.4).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    body = np.zeros_like(mask)
    cv2.drawContours(body, contours, -1, 1.0, -1)
    return body


def disc(radius):
    return Drawing().ellipse(radius, radius).mask()


def rim_of(body, px):
    return np.clip(body - cv2.erode(body, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1)), borderValue=0), 0, 1)


def inlaid(mask, rim_px=7, thicker_px=0):
    """An icon that is dark where the badge is painted: metal is what it leaves free, and a rim."""
    body = outer(mask)
    free = np.clip(body - mask, 0, 1)
    return Emblem(np.maximum(thickened(free, thicker_px) if thicker_px else free, rim_of(body, rim_px)), filled=1.0)


def painted(*layers):
    """BGRA of (mask, BGR) one over another."""
    out = np.zeros(layers[0][0].shape + (4,), np.float32)
    for mask, color in layers:
        out[..., :3] += (np.float32(color) - out[..., :3]) * mask[..., None]
        out[..., 3] = np.maximum(out[..., 3], mask)
    return out


def thickened(mask, px):
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1)))


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

    def ticks(self, inner, outer_, degrees, thick=0.05, value=255):
        """What letters or leaves along a ring are from afar."""
        for a in np.radians(degrees):
            self.line([(inner * np.cos(a), inner * np.sin(a)), (outer_ * np.cos(a), outer_ * np.sin(a))], thick, value)
        return self

    def mask(self):
        return self.canvas.astype(np.float32) / 255


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
    """{make: [Emblem]} of the forms that the packages lack."""
    forms = {}

    def add(make, drawing):
        forms.setdefault(make, []).append(Emblem(drawing.mask()))

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
        for high in (0.72, 0.8):  # its star reaches the ring on all sides
            add("jac", Drawing().ring(1, high, thick * 0.8).polygon(star(5, 0.97, 0.36) * (1, high)))
        add("jac", Drawing().word("JAC", 1.9, 0.62, thick=0.1 + thick))
        add("gmc", Drawing().word("GMC", 2, 0.55, thick=thick * 1.5))
        add("fiat", Drawing().ring(1, 1, thick).word("FIAT", 1.3, 0.8, thick=thick))
        add("fiat", Drawing().ring(1, 1, 0.07).ring(0.68, 0.68, 0.05).ticks(0.75, 0.87, np.arange(0, 360, 15), thick / 2).word("FIAT", 1.05, 0.5, thick=thick))
        bars = Drawing()
        for i in range(5):
            x = -0.68 + 0.34 * i
            bars.polygon([(x - 0.16, 0.4), (x + 0.02, 0.4), (x + 0.2, -0.4), (x + 0.02, -0.4)])
        add("fiat", bars)
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


def skoda():
    """The winged arrow in bright metal, and the badge of 1999 to 2011: a black band with letters and leaves around a light disc."""
    icon = simple_icon("skoda", FULL)
    arrow = icon * (np.hypot(*(np.mgrid[:FULL, :FULL] - FULL / 2)) < 0.43 * FULL)
    inner = cv2.resize(arrow, None, fx=0.68, fy=0.68, interpolation=cv2.INTER_AREA)
    at = (FULL - inner.shape[0]) // 2
    small = np.zeros_like(arrow)
    small[at : at + inner.shape[0], at : at + inner.shape[1]] = inner
    for thick in (0.09, 0.14):
        yield Emblem(np.maximum(Drawing().ring(1, 1, thick).mask(), arrow), filled=0.9)
    for thick in (0.06, 0.1):
        rings = Drawing().ring(1, 1, thick).ring(0.66, 0.66, 0.05).ticks(0.73, 0.9, np.r_[-140:-39:12], thick / 2).ticks(0.75, 0.88, np.r_[35:146:18], thick / 2).mask()
        band = disc(1), (25, 22, 20)
        yield Emblem(rings, painted(band, (disc(0.63), (205, 212, 205)), (small, (50, 95, 35))))
        yield Emblem(rings, painted(band, (disc(0.63), (60, 110, 50)), (small, (215, 220, 215))))


def painted_forms():
    """{make: [Emblem]} of badges with fields of their own colours."""
    bow = simple_icon("chevrolet", FULL)
    gold = painted((outer(bow), (60, 150, 200)))
    bmw = simple_icon("bmw", FULL)
    hub = disc(0.52)
    roundel = painted((outer(bmw), (25, 22, 20)), (hub, (225, 225, 220)), (hub * bmw, (190, 120, 20)))
    arrowhead = outer(make_icon("pontiac", FULL))
    gmc = make_icon("gmc", FULL)
    ram, head = make_icon("ram-alt", FULL), make_icon("ram", FULL)
    star_of_five = make_icon("chrysler", FULL)
    cross = Drawing().polygon([(-1, -0.09), (1, -0.09), (1, 0.09), (-1, 0.09)]).polygon([(-0.09, -0.8), (0.09, -0.8), (0.09, 0.8), (-0.09, 0.8)]).mask()
    shield = np.zeros_like(ram)
    side = FULL * 9 // 20
    at = (FULL - side) // 2
    shield[at : at + side, at : at + side] = cv2.resize(ram, (side, side), interpolation=cv2.INTER_AREA)
    crossed = Emblem(np.clip(cross - outer(shield), 0, 1) + np.clip(outer(shield) - shield, 0, 1), painted((outer(shield), (25, 22, 20))))
    return {
        "ford": [inlaid(simple_icon("ford", FULL)), inlaid(simple_icon("ford", FULL), 9, 3), inlaid(simple_icon("ford", FULL), 12, 1)],
        "chevrolet": [Emblem(bow, gold), Emblem(rim_of(outer(bow), 8), gold)],
        "bmw": [Emblem(rim_of(outer(bmw), 8), roundel)],
        "pontiac": [Emblem(rim_of(arrowhead, 8), painted((arrowhead, (35, 30, 165)))), Emblem(arrowhead)],
        "gmc": [Emblem(rim_of(gmc, 5), painted((gmc, (30, 25, 165))))],
        "dodge": [Emblem(ram), inlaid(ram), Emblem(head), Emblem(rim_of(outer(ram), 10) + head, filled=0.9), crossed],
        "chrysler": [inlaid(star_of_five)],
        "kia": [inlaid(make_icon("kia", FULL), 9), inlaid(make_icon("kia", FULL), 12, 2)],
        "fiat": [inlaid(simple_icon("fiat", FULL)), inlaid(make_icon("fiat", FULL), 12)],
        "subaru": [inlaid(make_icon("subaru", FULL), 9)],
        "buick": [inlaid(make_icon("buick", FULL))],
        "saturn": [inlaid(make_icon("saturn", FULL))],
        "skoda": list(skoda()),
    }


@functools.lru_cache(maxsize=1)
def emblems():
    forms = drawn()
    for make in ICONS:
        mask = simple_icon(make, FULL)
        forms.setdefault(make, []).insert(0, Emblem(mask))
        if make in THICKER:
            forms[make].insert(1, Emblem(thickened(mask, 5)))
    for make in OLD:
        forms[make].append(Emblem(simple_icon(make, FULL, OLD_ICONS)))
    chevrons = simple_icon("citroen", FULL, OLD_ICONS)
    chevrons[FULL * 7 // 10 :] = 0  # its name below
    forms["citroen"].append(Emblem(chevrons))
    for name in OTHER:
        forms[name.removesuffix("-alt")].append(Emblem(make_icon(name, FULL)))
    for make, more in painted_forms().items():
        forms.setdefault(make, []).extend(more)
    for extra in ("volkswagen", "skoda", "bmw"):  # a wide rim around
        small = cv2.resize(simple_icon(extra, FULL), (FULL * 3 // 4, FULL * 3 // 4), interpolation=cv2.INTER_AREA)
        rim = Drawing().ring(1, 1, 0.1).mask()
        at = FULL // 8
        rim[at : at + small.shape[0], at : at + small.shape[1]] = np.maximum(rim[at : at + small.shape[0], at : at + small.shape[1]], small)
        forms[extra].append(Emblem(rim))
    return dict(sorted(forms.items()))


def strangers():
    return [Emblem(make_icon(name, FULL)) for name in STRANGERS]
