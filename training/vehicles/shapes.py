"""Simple vehicles as solids: a profile drawn along the vehicle and pushed out to both sides, narrower towards the roof and rounded at the corners.

Sizes in metres; x to the side, y up, z from the rear (0) to the front (`length`). What is inside has a negative distance.
"""
import numpy as np

BODIES = ("sedan", "hatchback", "wagon", "suv", "minivan", "van", "pickup", "coupe")

# Of each body, from and to: the floor above the ground, the roof, width, length, the belt line's share of the height between floor and roof.
SIZES = {
    "sedan": ((.16, .22), (1.40, 1.49), (1.70, 1.88), (4.3, 5.0), (.64, .70)),
    "hatchback": ((.15, .22), (1.42, 1.54), (1.62, 1.80), (3.6, 4.3), (.61, .67)),
    "wagon": ((.16, .22), (1.42, 1.54), (1.70, 1.86), (4.4, 4.9), (.61, .66)),
    "suv": ((.22, .32), (1.62, 1.86), (1.78, 2.0), (4.2, 5.0), (.60, .66)),
    "minivan": ((.16, .24), (1.65, 1.82), (1.78, 2.0), (4.3, 5.1), (.55, .62)),
    "van": ((.2, .3), (1.85, 2.5), (1.75, 2.05), (4.3, 5.6), (.5, .6)),
    "pickup": ((.28, .42), (1.7, 1.95), (1.75, 2.03), (4.8, 5.8), (.58, .64)),
    "coupe": ((.13, .19), (1.27, 1.40), (1.70, 1.86), (4.2, 4.8), (.66, .71)),
}
REAR_WINDOW_LEANS = {"hatchback": (.15, .5), "wagon": (.15, .5), "suv": (.08, .35), "minivan": (.1, .3), "van": (.0, .1)}
HOODS = {"van": (.25, .7), "minivan": (.7, 1.1)}
LOWER, HOUSE, WHEEL = 0, 1, 2  # parts


class Shape:
    def __init__(self, rng, body):
        r = rng.uniform
        self.body = body
        self.low, self.roof, self.width, self.length, share = (r(*limits) for limits in SIZES[body])
        self.belt = self.low + (self.roof - self.low) * share
        hood = self.belt - r(.0, .10) - (.12 if body in ("van", "minivan") else 0)
        bulge = r(.0, .10)
        self.deck = self.belt
        if body in ("sedan", "coupe"):
            self.deck = self.belt + r(.0, .12)
            deck = r(.35, .65) if body == "sedan" else r(.2, .55)
            back = [(deck + r(.35, .6), self.roof - .02), (deck, self.deck)]
            rear = [(bulge, self.deck - r(.02, .1)), (0, self.low + .35), (.05, self.low)]
        elif body == "pickup":
            self.bed = r(1.5, 2.0)
            self.deck = self.belt + r(-.02, .08)
            back = [(self.bed + r(.05, .15), self.roof - .02), (self.bed, self.belt - .02)]
            rear = [(.03, self.deck), (0, self.low + .35), (.1, self.low + .05)]
        else:
            back = [(bulge + r(*REAR_WINDOW_LEANS[body]), self.roof - r(.0, .05)), (bulge + .03, self.belt)]
            rear = [(bulge, self.belt), (0, self.low + .4), (.05, self.low)]
        self.cowl = self.length - r(*HOODS.get(body, (1.05, 1.45)))
        self.rake = r(.3, .5) if body == "van" else r(.55, .85)
        middle = (back[0][0] + self.cowl - self.rake) / 2
        self.house = np.array([(self.cowl, self.belt - .06), (self.cowl - self.rake, self.roof - .03), (middle, self.roof), *back,
                               (back[1][0], self.belt - .15), (self.cowl, self.belt - .15)])
        end = self.length
        front = [(end - .05, self.low), (end, self.low + .3), (end - r(.02, .15), hood - r(.12, .25)), (end - r(.2, .4), hood), (self.cowl, self.belt - .03)]
        deck_corner = [(back[1][0], self.deck)] if body in ("sedan", "coupe", "pickup") else []
        self.lower = np.array(rear[::-1] + deck_corner + front[::-1])
        self.narrows = r(.03, .1) if body == "van" else r(.12, .3)
        self.rounding = r(.04, .09)
        self.corner = r(.02, .07) if body in ("van", "pickup") else r(.05, .16)
        self.wheel = r(.34, .40) if body in ("suv", "pickup") else r(.29, .34)
        self.axles = (r(.75, 1.0), self.length - r(.8, .95))
        self.rear_glass = self.house[:, 0].min()  # where the windows begin

    def side_at(self, y):
        """Half the width of the windows' part at a height."""
        return self.width / 2 - .04 - self.narrows * np.maximum(0, y - self.belt)

    def parts(self, p):
        """Distances to the lower body, to the windows' part and to the wheels."""
        x, y, z = np.abs(p[0]), p[1], p[2]
        ends = np.maximum(0, np.maximum(.5 - z, z - (self.length - .6)))
        half = self.width / 2 - self.corner * 2 * ends ** 2 - .06 * np.maximum(0, self.low + .25 - y)
        lower = pushed_out(in_profile(z, y, self.lower), x - half, self.rounding)
        house = pushed_out(in_profile(z, y, self.house), x - (half - .04 - self.narrows * np.maximum(0, y - self.belt)), self.rounding)
        wheel = np.full(x.shape, np.inf, np.float32)
        for axle in self.axles:
            wheel = np.minimum(wheel, np.maximum(np.hypot(y - self.wheel, z - axle) - self.wheel, np.abs(x - (self.width / 2 - .14)) - .11))
        if self.body == "pickup":
            bed = np.maximum(np.maximum(np.abs(z - (self.bed / 2 + .05)) - (self.bed / 2 - .02), x - (self.width / 2 - .1)), (self.deck - .45) - y)
            lower = np.maximum(lower, -bed)
        return lower, house, wheel

    def distance(self, p):
        return np.minimum.reduce(self.parts(p)) * .8  # less than the true one, so that no step goes through a thin edge

    def part_at(self, p):
        return np.argmin(np.stack(self.parts(p)), 0)


def in_profile(z, y, points):
    """Distance to a polygon."""
    nearest = np.full(z.shape, np.inf, np.float32)
    inside = np.zeros(z.shape, bool)
    for (az, ay), (bz, by) in zip(points, np.roll(points, 1, 0)):
        ez, ey = bz - az, by - ay
        wz, wy = z - az, y - ay
        t = np.clip((wz * ez + wy * ey) / (ez * ez + ey * ey + 1e-9), 0, 1)
        nearest = np.minimum(nearest, (wz - t * ez) ** 2 + (wy - t * ey) ** 2)
        if ey != 0:
            inside ^= ((ay > y) != (by > y)) & (z < az + ez * (y - ay) / ey)
    return np.where(inside, -np.sqrt(nearest), np.sqrt(nearest))


def pushed_out(flat, across, rounding):
    a, b = flat + rounding, across + rounding
    return np.minimum(np.maximum(a, b), 0) + np.hypot(np.maximum(a, 0), np.maximum(b, 0)) - rounding


def trace(shape, origin, directions, steps=56, near_m=.004):
    """How far each ray [3, n] goes, and whether it meets the vehicle: from where it enters the box around it, by the distances (Hart 1996)."""
    far = np.full(directions.shape[1], 40, np.float32)
    low = np.array([-shape.width / 2 - .2, -.05, -.3], np.float32)[:, None]
    high = np.array([shape.width / 2 + .2, shape.roof + .2, shape.length + .2], np.float32)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - origin[:, None]) / directions, (high - origin[:, None]) / directions
    enters, leaves = np.minimum(a, b).max(0), np.maximum(a, b).min(0)
    live = np.where((enters < leaves) & (leaves > 0))[0]
    at = np.maximum(enters[live], 0)
    met = np.zeros(directions.shape[1], bool)
    for _ in range(steps):
        step = shape.distance(origin[:, None] + directions[:, live] * at)
        close = step < near_m
        far[live[close]] = at[close]
        met[live[close]] = True
        at = at + step
        on = ~close & (at < leaves[live])
        live, at = live[on], at[on]
        if not len(live):
            break
    return far, met


def normals(shape, p, apart=.006):
    corners = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]], np.float32)
    n = sum(c[:, None] * shape.distance(p + apart * c[:, None]) for c in corners)
    return n / (np.linalg.norm(n, axis=0) + 1e-9)
