"""The light a vehicle stands in: a sky with or without a sun, the ground, and what stands around, made up anew for each drawing."""
import numpy as np


class Sky:
    def __init__(self, rng):
        r = rng.uniform
        self.has_sun = rng.random() < .55
        around, up = r(0, 2 * np.pi), np.radians(r(12, 65))
        self.sun = np.array([np.cos(up) * np.sin(around), np.sin(up), np.cos(up) * np.cos(around)], np.float32)
        warm = np.array([1, .96 - .12 * (up < .5), .9 - .25 * (up < .5)], np.float32)
        self.sun_light = warm * (r(1.5, 4.5) if self.has_sun else 0)
        blue, grey = np.array([r(.35, .7), r(.6, .85), 1.0], np.float32), np.ones(3, np.float32) * r(.9, 1.1)
        clear = r(.3, 1) if self.has_sun else r(0, .3)
        self.zenith = (clear * blue + (1 - clear) * grey) * r(.6, 1.2)
        self.horizon = (.6 * grey + .4 * blue) * r(.8, 1.6)
        tone = r(.06, .35)
        self.ground = np.array([tone, tone * r(.95, 1.02), tone * r(.85, 1.02)], np.float32)
        self.ground_lit = self.ground * (self.zenith + .6 * self.sun_light * max(0.1, self.sun[1]))
        # Houses and trees: how high they reach (sine of the angle) and what they send, by direction.
        sides = 24
        self.skyline = np.clip(rng.normal(r(-.02, .2), .12, sides), -.05, .6).astype(np.float32)
        trees = rng.random(sides)[:, None] < .35
        walls = r(.1, .5) * np.array([[1, .95, .88]]) * rng.uniform(.4, 1.6, (sides, 1))
        self.stands = (np.where(trees, np.array([[.05, .09, .03]]), walls) * (self.zenith + .3 * self.sun_light)).astype(np.float32)

    def seen(self, d, blur=0.0):
        """What comes from directions d [3, n], mirrored sharply (0) or by flakes and roughness (to 1)."""
        soft = .01 + .35 * blur
        t = np.clip(d[1], 0, 1) ** .6
        light = self.horizon[:, None] * (1 - t) + self.zenith[:, None] * t
        side = (np.arctan2(d[0], d[2]) / (2 * np.pi) * len(self.skyline)) % len(self.skyline)
        i = side.astype(int) % len(self.skyline)
        j, f = (i + 1) % len(self.skyline), side - np.floor(side)
        stands = self.stands[i].T * (1 - f) + self.stands[j].T * f
        covered = np.clip((self.skyline[i] * (1 - f) + self.skyline[j] * f - d[1]) / soft * .5 + .5, 0, 1)
        light = light * (1 - covered) + stands * covered
        ground = np.clip(-d[1] / soft * .5 + .5, 0, 1)
        light = light * (1 - ground) + self.ground_lit[:, None] * ground
        if self.has_sun:
            power = 1200 * (1 - blur) ** 3 + 12
            light = light + self.sun_light[:, None] * np.clip(self.sun @ d, 0, 1) ** power * (power + 2) / 16
        return light

    def falls_on(self, n):
        """The light that falls on a dull surface with normals n [3, n]."""
        side = self.horizon[:, None] * .45 + self.stands.mean(0)[:, None] * .25 + self.ground_lit[:, None] * .3
        above = self.zenith[:, None] * .7 + self.horizon[:, None] * .3
        light = above * np.clip(n[1], 0, 1) + side * (1 - np.abs(n[1])) + self.ground_lit[:, None] * np.clip(-n[1], 0, 1)
        return light + self.sun_light[:, None] * np.clip(self.sun @ n, 0, 1) / 1.6
