"""Draws a vehicle from behind or from the front, in the light of some sky: what each pixel would send for any paint.

How much light falls on a panel, what its flakes and its clear coat mirror, does not depend on the paint: a scene is traced once and painted many times.
"""
import cv2
import numpy as np

from vehicles.light import Sky
from vehicles.shapes import BODIES, HOUSE, LOWER, WHEEL, Shape, normals, trace

WIDTH, HEIGHT = 166, 146  # px drawn: the vehicle's box and AROUND of its sides on each side of it
AROUND = .15
FRONTS, LIT = .3, .35  # of the drawings; of the rear lamps
PLATES_M = ((.305, .152), (.52, .112), (.40, .13))


class Scene:
    """Linear light, [HEIGHT, WIDTH, 3] each: `base` (all that is not paint), and for the painted pixels `diffuse`, `flakes`, `coat`. `vehicle`, `plate`: where they are."""

    def __init__(self, rng):
        self.body = int(rng.choice(len(BODIES), p=(.2, .17, .12, .17, .10, .08, .10, .06)))
        self.shape, self.sky = Shape(rng, BODIES[self.body]), Sky(rng)
        self.front = bool(rng.random() < FRONTS)
        origin, rays = self.camera(rng)
        far, met = trace(self.shape, origin, rays)
        base = self.sky.seen(rays)
        base, ground_first = self.with_ground(rng, base, origin, rays, far, met)
        h = np.where(met & ~ground_first)[0]
        self.vehicle = np.zeros(rays.shape[1], bool)
        self.vehicle[h] = True
        self.vehicle = self.vehicle.reshape(HEIGHT, WIDTH)
        p, v = origin[:, None] + rays[:, h] * far[h], rays[:, h]
        part = self.shape.part_at(p)
        n = self.crowned(rng, p, normals(self.shape, p), part)
        facing = np.clip(-(v * n).sum(0), 0, 1)
        mirrored = v + 2 * facing * n
        open_sky = np.clip(.35 + .65 * (p[1] - .15) / .8, .2, 1)  # below the belt the ground and others hide some of it
        self.lit = np.zeros_like(p)
        light = {"diffuse": self.sky.falls_on(n) * open_sky, "flakes": self.sky.seen(mirrored, .55) * open_sky}
        mirror = self.sky.seen(mirrored)
        light["coat"] = (.04 + .96 * (1 - facing) ** 5) * mirror * open_sky  # Schlick's approximation, glass-like
        painted, other = self.unpainted(rng, p, n, part, facing, light, mirror, open_sky)
        self.plate = np.zeros(rays.shape[1], bool)
        self.plate[h[self.on_plate]] = True
        self.plate = self.plate.reshape(HEIGHT, WIDTH)
        base = base.T.reshape(-1, 3).astype(np.float32)
        base[h[~painted]] = other[:, ~painted].T
        base[h[painted]] = 0
        self.base = base.reshape(HEIGHT, WIDTH, 3) + self.glow(rng, h)
        for name, values in light.items():
            whole = np.zeros((rays.shape[1], 3), np.float32)
            whole[h[painted]] = values[:, painted].T
            setattr(self, name, whole.reshape(HEIGHT, WIDTH, 3))
        self.paint_share = painted.sum() / rays.shape[1]

    def glow(self, rng, h):
        """What lit lamps spread over the picture in the camera's lens."""
        lit = np.zeros((HEIGHT * WIDTH, 3), np.float32)
        lit[h] = self.lit.T
        return cv2.GaussianBlur(lit.reshape(HEIGHT, WIDTH, 3), (0, 0), rng.uniform(5, 14)) * np.float32(rng.uniform(0, .5))

    def camera(self, rng):
        """Where it is and its rays [3, n], for the vehicle's box, as loosely as a finder draws it."""
        r, s = rng.uniform, self.shape
        turned = np.clip(rng.normal(0, .3), -.8, .8) + (np.pi if self.front else 0)
        away = np.exp(r(np.log(3.0), np.log(14)))
        height = r(.6, 2.2) if rng.random() < .8 else r(2.2, 5)
        center = np.array([r(-.2, .2), .75 + r(-.1, .2), s.length if self.front else 0], np.float32)
        origin = center + away * np.array([np.sin(turned), 0, -np.cos(turned)], np.float32)
        origin[1] = height
        forward = (center - origin) / np.linalg.norm(center - origin)
        right = np.cross(np.array([0, 1, 0]), forward)
        right /= np.linalg.norm(right)
        up = np.cross(forward, right)
        half = s.width / 2
        low = [(x, y, z) for x in (-half, half) for y in (0, s.belt) for z in (.1, s.length - .1)]
        high = [(x * (half - .2), s.roof, z) for x in (-1, 1) for z in (s.rear_glass + .3, s.cowl - s.rake)]
        seen = np.array(low + high) - origin
        x, y = seen @ right / (seen @ forward), seen @ up / (seen @ forward)
        x0, x1, y0, y1 = x.min(), x.max(), y.min(), y.max()
        loose, w, h = rng.normal(.02, .05, 4), x1 - x0, y1 - y0
        x0, x1, y0, y1 = x0 - loose[0] * w, x1 + loose[1] * w, y0 - loose[2] * h, y1 + loose[3] * h
        x0, x1, y0, y1 = x0 - AROUND * (x1 - x0), x1 + AROUND * (x1 - x0), y0 - AROUND * (y1 - y0), y1 + AROUND * (y1 - y0)
        px, py = np.meshgrid(x0 + (np.arange(WIDTH) + .5) / WIDTH * (x1 - x0), y1 - (np.arange(HEIGHT) + .5) / HEIGHT * (y1 - y0))
        rays = forward[:, None] + right[:, None] * px.ravel() + up[:, None] * py.ravel()
        return origin.astype(np.float32), (rays / np.linalg.norm(rays, axis=0)).astype(np.float32)

    def with_ground(self, rng, base, origin, rays, far, met):
        """The road with the shadow under the vehicle; and where it is nearer than the vehicle."""
        down = rays[1] < -1e-3
        to_ground = np.where(down, -origin[1] / np.minimum(rays[1], -1e-3), np.inf)
        p = origin[:, None] + rays * np.where(np.isfinite(to_ground), to_ground, 0)
        beside = np.hypot(np.maximum(np.abs(p[0]) - self.shape.width / 2, 0), np.maximum(np.maximum(-p[2], p[2] - self.shape.length), 0))
        lit = .12 + .88 * np.clip(beside / .5, 0, 1)
        grain = 1 + .12 * np.sin(p[0] * rng.uniform(2, 9)) * np.sin(p[2] * rng.uniform(1, 5))
        sun = self.sky.sun_light[:, None] * max(.05, self.sky.sun[1]) * .6 * (lit > .6)
        ground = self.sky.ground[:, None] * (self.sky.zenith[:, None] * lit + sun) * grain
        first = down & (to_ground < far)
        return np.where(first | (down & ~met), ground, base), first

    def crowned(self, rng, p, n, part):
        """Normals of panels that are not flat: crowned from side to side, and up and down within bumper and lid."""
        r, s = rng.uniform, self.shape
        crease, side, lid_tall, bumper_tall, glass = s.low + r(.35, .5), r(.1, .5), r(.1, .55), r(.1, .5), r(.05, .35)
        lid = p[1] > crease
        middle = np.where(lid, (crease + s.belt) / 2, (s.low + crease) / 2)
        half = np.where(lid, (s.belt - crease) / 2, (crease - s.low) / 2)
        across = p[0] / (s.width / 2)
        bent = n.copy()
        bent[0] += ((part == LOWER) & (np.abs(n[2]) > .4)) * side * across + ((part == HOUSE) & (np.abs(n[2]) > .25)) * glass * across
        bent[1] += (part == LOWER) * np.where(lid, lid_tall, bumper_tall) * np.clip((p[1] - middle) / half, -1.2, 1.2) * (1 - np.abs(n[1]))
        return bent / np.linalg.norm(bent, axis=0)

    def unpainted(self, rng, p, n, part, facing, light, mirror, open_sky):
        """Which points are painted, and what all others send: glass, tyres, lamps, plastic, the plate."""
        r, s = rng.uniform, self.shape
        x, y, z = np.abs(p[0]), p[1], p[2]
        painted, other = np.ones(x.shape, bool), np.zeros((3, *x.shape), np.float32)

        def put(where, albedo, shine=1.0, falls=light["diffuse"]):
            painted[where] = False
            other[:, where] = np.array(albedo, np.float32)[:, None] * falls[:, where] + shine * light["coat"][:, where]

        glass = self.windows(rng, p, n, part)
        painted[glass] = False
        inside = r(.01, .09) * (1 + .8 * np.sin(x * 9 + 3) * np.sin(y * 11))
        other[:, glass] = inside[glass] * light["diffuse"][:, glass] * .6 + np.clip(.06 + (1 - facing[glass]) ** 5, 0, 1) * mirror[:, glass] * r(.6, 1.2)
        put(part == WHEEL, (r(.02, .05),) * 3, .2)
        of_axle = np.minimum(*(np.hypot(y - s.wheel, z - axle) for axle in s.axles))
        put((part == WHEEL) & (np.abs(n[0]) > .7) & (of_axle < s.wheel * .65), (r(.15, .6),) * 3)
        lower, end_on = part == LOWER, np.abs(n[2]) > .35
        rear = (n[2] < -.25) & (part != WHEEL) & (z < 1.2)
        self.put_lamps(rng, put, other, rear, x, y)
        if rng.random() < .3:
            put((y < s.low + r(.1, .3)) & lower, (.03,) * 3, .4)
        elif rng.random() < .2:
            put((y < s.low + .45) & (y > s.low + .25) & lower & end_on, (.03,) * 3, .4)
        put((np.abs(y - (s.low + .42)) < .008) & lower & rear & (x < s.width / 2 - .1), (.01,) * 3, .1)
        if s.body == "pickup":
            put(lower & rear & (y < s.low + .28), (r(.05, .6),) * 3)
        nose = (n[2] > .3) & lower & (z > s.length - .6)
        hood = s.lower[:, 1][s.lower[:, 0] > s.length - .6].max()
        put(nose & (x < r(.3, .5)) & (y > hood - r(.25, .45)) & (y < hood - .1), (r(.02, .08),) * 3, r(.5, 2))
        put(nose & (x < r(.4, .7)) & (y > s.low + .08) & (y < s.low + r(.15, .25)), (.02,) * 3, .3)
        put(nose & (x > s.width / 2 - r(.35, .5)) & (y > hood - .3) & (y < hood - r(.06, .14)), (r(.2, .6),) * 3, 2)
        self.put_plate(rng, put, p, lower & ((z > s.length - .6) if self.front else (z < .6)), rear & lower, open_sky)
        return painted, other

    def windows(self, rng, p, n, part):
        r, s = rng.uniform, self.shape
        x, y, z = np.abs(p[0]), p[1], p[2]
        above = (part == HOUSE) & (y > s.belt + .03)
        top, side = r(.05, .12), r(.06, .16)
        within = x < s.side_at(y) - side
        rear = above & (n[2] < -.35) & within & (y < s.roof - top)
        if s.body == "van" and rng.random() < .4:
            rear &= False
        if s.body == "van" and rng.random() < .7:
            rear &= (x > .05) & (y < s.belt + .5)
        if s.body not in ("sedan", "coupe", "pickup", "van"):
            rear |= (part == HOUSE) & (n[2] < -.3) & within & (y > s.belt - r(0, .06)) & (y < s.roof - top)
        shield = above & (n[2] > .3) & (y < s.roof - .06) & (x < s.width / 2 - .2)
        pillar = s.cowl - s.rake - 1.0 + r(-.1, .1)
        sides = above & (np.abs(n[0]) > .6) & (y < s.roof - .09) & (z > s.rear_glass + r(.15, .5)) & (z < s.cowl - .15) & (np.abs(z - pillar) > .05)
        if s.body == "van" and rng.random() < .6:
            sides &= z > s.cowl - 1.2
        return rear | shield | sides

    def put_lamps(self, rng, put, other, rear, x, y):
        r, s = rng.uniform, self.shape
        if s.body in ("sedan", "coupe"):
            bottom, top = s.low + .45 + r(-.05, .1), s.deck - r(.02, .08)
        else:
            bottom, top = s.low + r(.45, .65), s.belt + r(-.05, .1)
            if s.body != "pickup" and rng.random() < .4:
                top = s.belt + r(.1, .45)
        wide = r(.15, .3) if rng.random() < .6 or s.body == "pickup" else r(.3, .55)
        lamps = rear & (x > s.width / 2 - wide) & (y > max(bottom, top - r(.12, .5))) & (y < top)
        red = np.array([r(.25, .6), r(.01, .06), r(.01, .05)])
        put(lamps, red)
        if rng.random() < .5:
            put(lamps & (y < bottom + .08 + r(0, .1)), (.5, .45, .42))
        if rng.random() < LIT:
            self.lit[:, lamps] = red[:, None] * r(.5, 4)
            other[:, lamps] += self.lit[:, lamps]

    def put_plate(self, rng, put, p, where, badge, open_sky):
        """The plate hangs upright, however the panel behind it is bent; it sends more back to the camera than a dull surface would, or hangs in a shadow."""
        r, s = rng.uniform, self.shape
        x, y = np.abs(p[0]), p[1]
        wide, tall = PLATES_M[rng.integers(len(PLATES_M))]
        low = self.front or rng.random() < .45
        middle = s.low + r(.18, .4) if low else min(s.belt - .15, s.low + r(.45, .65))
        if rng.random() < .4:
            put(where & (x < wide / 2 + r(.02, .12)) & (np.abs(y - middle) < tall / 2 + r(.02, .08)), (.03,) * 3, .3)
        plate = where & (x < wide / 2) & (np.abs(y - middle) < tall / 2)
        upright = np.array([0, r(-.1, .2), 1 if self.front else -1], np.float32)
        falls = self.sky.falls_on(upright[:, None] / np.linalg.norm(upright)) * open_sky * np.exp(rng.normal(.3, .3))
        tone = r(.6, .95)
        put(plate, (tone, tone, tone * r(.88, 1)) if rng.random() < .82 else rng.uniform(.1, .85, 3), .5, falls)
        put(plate & (np.abs(y - middle) < tall * .32) & (np.sin(p[0] * 2 * np.pi / (wide / 7)) > r(.1, .6)), (.05, .05, .1), .3, falls)
        self.on_plate = plate
        put(badge & (x < .05) & (np.abs(y - middle - .22) < .03), (.5,) * 3, 2)
