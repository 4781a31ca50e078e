"""What the plate finder learns from: scenes of SIDE_PX pixels with plates whose four corners are known.

Four kinds of scene: frames from the road with their labelled plate, most of them with another plate laid over it; pictures without plates,
on which bodies of invented vehicles with plates are painted; plates alone; and pictures without plates as they are. Everything then goes through
one camera: turned, lit, blurred, made noisy and compressed as a whole, so that a pasted plate cannot be told by its edge.
"""
import os
from collections import namedtuple

import cv2
import numpy as np
import torch

from plates.degrade import degrade
from pool import VALIDATION_SHARDS, Pool
from finder.model import STRIDE, UNIT_PX
from splits import data_folder, labelled_crops, negatives

SIDE_PX = 256
LEAST_PLATE_PX, MOST_PLATE_PX = 12, 200  # width, in the scene
VALIDATION_NAMES = "valid-"  # the data set's own split
Scene = namedtuple("Scene", "picture quads")  # quads: float32 [n, 4, 2]


def road_frames(training):
    """(picture at three quarters, boxes [n, 4] x y w h) of the labelled frames; those named valid-… are held out."""
    folder = os.path.join(data_folder(), "train", "eu-road")
    boxes = {}
    with open(os.path.join(folder, "boxes.tsv"), encoding="utf-8") as source:
        for line in source:
            name, *box = line.split("\t")
            boxes.setdefault(name, []).append([float(v) for v in box])
    frames = []
    for name, rows in sorted(boxes.items()):
        if name.startswith(VALIDATION_NAMES) == training:
            continue
        picture = cv2.imread(os.path.join(folder, name))
        if picture is not None:
            frames.append((cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA), np.float32(rows) * 0.75))
    return frames


def quad_of(box):
    x, y, w, h = box
    return np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def moved(quad, matrix):
    return cv2.perspectiveTransform(quad[None], matrix)[0]


def random_view(rng, strong):
    """A plate's unit square seen from somewhere: turned about the camera's axis, and from the side or from above."""
    yaw, pitch, roll = rng.normal(0, [28, 14, 5]) * np.pi / 180 * (1.0 if strong else 0.35)
    yaw, pitch = np.clip(yaw, -1.05, 1.05), np.clip(pitch, -0.6, 0.6)
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    return (np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]]) @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]))


def placed_quad(rng, center, width_px, aspect, strong):
    """Corners of a plate of that width as it would be seen straight on."""
    flat = np.array([[-0.5, -0.5 / aspect, 0], [0.5, -0.5 / aspect, 0], [0.5, 0.5 / aspect, 0], [-0.5, 0.5 / aspect, 0]]) @ random_view(rng, strong).T
    distance = rng.uniform(4, 14)
    seen = flat[:, :2] / (1 + flat[:, 2:3] / distance)
    return (np.asarray(center) + width_px * seen).astype(np.float32)


class Plates:
    """Rendered plates and real crops of plates, as pictures that end where the plate ends."""

    def __init__(self):
        self.pool = Pool(skip=lambda number: number < VALIDATION_SHARDS)
        folder = os.path.join(data_folder(), "train", "eu-crops")
        self.real = [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.endswith(".jpg")] + [path for path, _ in labelled_crops(training=True)]
        self.kept = {}

    def pick(self, rng):
        if rng.random() < 0.25:
            path = self.real[rng.integers(len(self.real))]
            if path not in self.kept:
                self.kept[path] = cv2.imread(path)
            return self.kept[path]
        return self.pool[rng.integers(len(self.pool))][0]


def paste(rng, scene, plate, quad):
    """Lays a plate into the scene, lit like it, with a holder around it or a shadow above it."""
    h, w = scene.shape[:2]
    x0, y0 = np.floor(quad.min(0) - 4).astype(int)
    x1, y1 = np.ceil(quad.max(0) + 4).astype(int)
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(w, x1), min(h, y1)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    width = max(np.linalg.norm(quad[1] - quad[0]), 1)
    shrink = plate.shape[1] / width
    if shrink > 2:
        plate = cv2.resize(plate, None, fx=2 / shrink, fy=2 / shrink, interpolation=cv2.INTER_AREA)
    ph, pw = plate.shape[:2]
    # Drawn at twice the size and made smaller: soft edges like a lens gives.
    size = (2 * (x1 - x0), 2 * (y1 - y0))
    local = (quad - np.float32([x0, y0])) * 2
    corners = np.float32([[0, 0], [pw, 0], [pw, ph], [0, ph]])
    matrix = cv2.getPerspectiveTransform(corners, local)
    light = np.clip(plate * rng.uniform(0.45, 1.1) + rng.uniform(-25, 15), 0, 255).astype(np.uint8)
    drawn = cv2.warpPerspective(light, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpPerspective(np.full((ph, pw), 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR)
    region = scene[y0:y1, x0:x1].astype(np.float32)
    if rng.random() < 0.5:  # a holder or a recess around it
        center = quad.mean(0)
        rim = ((quad - center) * (1 + rng.uniform(0.03, 0.16)) + center - np.float32([x0, y0])) * 16
        holder = np.zeros(region.shape[:2], np.uint8)
        cv2.fillConvexPoly(holder, rim.astype(np.int32), 255, cv2.LINE_AA, 4)
        share = holder[..., None] / 255 * rng.uniform(0.5, 1)
        region = region * (1 - share) + share * (rng.uniform(0, 60) if rng.random() < 0.8 else rng.uniform(120, 220))
    drawn = cv2.resize(drawn, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA).astype(np.float32)
    share = cv2.resize(mask, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)[..., None] / 255
    scene[y0:y1, x0:x1] = np.clip(region * (1 - share) + drawn * share, 0, 255).astype(np.uint8)


def words(rng, scene, count):
    """Lettering that is no plate: time stamps, badges, signs, stickers."""
    h, w = scene.shape[:2]
    for _ in range(count):
        letters = "".join(rng.choice(list("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789:-/. "), rng.integers(3, 14)))
        size = rng.uniform(0.25, 1.1)
        shade = [int(v) for v in (np.full(3, rng.integers(0, 256)) if rng.random() < 0.7 else rng.integers(0, 256, 3))]
        at = (int(rng.uniform(-20, w * 0.8)), int(rng.uniform(5, h)))
        font = int(rng.integers(0, 8))
        if rng.random() < 0.4:
            (tw, th), _ = cv2.getTextSize(letters, font, size, 1)
            cv2.rectangle(scene, (at[0] - 3, at[1] - th - 3), (at[0] + tw + 3, at[1] + 4), [int(v) for v in rng.integers(0, 256, 3)], -1)
        cv2.putText(scene, letters, at, font, size, shade, int(rng.integers(1, 3)), cv2.LINE_AA)


def vehicle_body(rng, scene, center, width_px):
    """A painted panel with lamps, grille, bumper lines and a badge, around where a plate will be."""
    h, w = scene.shape[:2]
    half_w, up, down = width_px * rng.uniform(0.9, 3.0), width_px * rng.uniform(0.4, 2.2), width_px * rng.uniform(0.25, 1.2)
    x0, x1, y0, y1 = (int(v) for v in (center[0] - half_w * rng.uniform(0.6, 1.4), center[0] + half_w * rng.uniform(0.6, 1.4), center[1] - up, center[1] + down))
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(w, x1), min(h, y1)
    if x1 - x0 < 8 or y1 - y0 < 8:
        return
    paint = np.full(3, rng.uniform(5, 245)) + rng.normal(0, 6, 3) if rng.random() < 0.7 else rng.uniform(5, 200, 3)
    rows = np.linspace(rng.uniform(-50, 50), rng.uniform(-50, 50), y1 - y0)[:, None, None]
    columns = np.linspace(rng.uniform(-20, 20), rng.uniform(-20, 20), x1 - x0)[None, :, None]
    scene[y0:y1, x0:x1] = np.clip(paint + rows + columns, 0, 255).astype(np.uint8)
    for _ in range(rng.integers(1, 6)):  # seams, trims and slats
        y = int(rng.uniform(y0, y1))
        shade = [int(v) for v in np.clip(paint + rng.uniform(-110, 90), 0, 255)]
        cv2.line(scene, (x0, y), (x1, y + int(rng.normal(0, 2))), shade, int(rng.integers(1, max(2, width_px // 8 + 2))))
    if rng.random() < 0.5:  # a grille
        gx, gy, gw, gh = center[0] - width_px * rng.uniform(0.4, 1), center[1] - width_px * rng.uniform(0.3, 0.9), width_px * rng.uniform(0.8, 2), width_px * rng.uniform(0.15, 0.45)
        dark = int(rng.uniform(0, 70))
        cv2.rectangle(scene, (int(gx), int(gy)), (int(gx + gw), int(gy + gh)), (dark, dark, dark), -1)
        step = max(2, int(gh / rng.uniform(3, 8)))
        for y in range(int(gy), int(gy + gh), step):
            cv2.line(scene, (int(gx), y), (int(gx + gw), y), (int(rng.uniform(60, 220)),) * 3, 1)
    for side in (-1, 1):  # lamps
        if rng.random() < 0.7:
            at = (int(center[0] + side * half_w * rng.uniform(0.6, 0.95)), int(center[1] - up * rng.uniform(0.1, 0.7)))
            shade = (40, 40, int(rng.uniform(120, 255))) if rng.random() < 0.5 else (int(rng.uniform(170, 255)),) * 3
            cv2.ellipse(scene, at, (max(2, int(width_px * rng.uniform(0.1, 0.5))), max(2, int(width_px * rng.uniform(0.08, 0.3)))), 0, 0, 360, shade, -1, cv2.LINE_AA)


class SceneMaker:
    def __init__(self, training=True):
        self.roads = road_frames(training)
        self.plain = [p for p in (cv2.imread(path) for path in negatives(training)) if p is not None]
        self.plates = Plates()

    def width(self, rng):
        return float(np.exp(rng.uniform(np.log(LEAST_PLATE_PX), np.log(MOST_PLATE_PX))))

    @staticmethod
    def beyond(rng):
        """What lies beyond a frame's edge: nothing. (Mirrored, it would hold plates without labels.)"""
        return (0, 0, 0) if rng.random() < 0.6 else (int(rng.integers(0, 256)),) * 3

    def road(self, rng):
        frame, boxes = self.roads[rng.integers(len(self.roads))]
        box = boxes[rng.integers(len(boxes))]
        width = min(self.width(rng), box[2] * 2.2)
        scale = width / box[2]
        center = box[:2] + box[2:] / 2
        at = SIDE_PX * rng.uniform(0.12, 0.88, 2) if rng.random() < 0.9 else SIDE_PX * rng.uniform(-0.4, 1.4, 2)
        matrix = np.float64([[scale, 0, at[0] - scale * center[0]], [0, scale, at[1] - scale * center[1]], [0, 0, 1]])
        smaller = frame
        if scale < 0.6:
            smaller = cv2.resize(frame, None, fx=scale * 1.3, fy=scale * 1.3, interpolation=cv2.INTER_AREA)
            view = matrix @ np.diag([frame.shape[1] / smaller.shape[1], frame.shape[0] / smaller.shape[0], 1])
        else:
            view = matrix
        scene = cv2.warpPerspective(smaller, view, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderValue=self.beyond(rng))
        quads = [moved(quad_of(b), matrix) for b in boxes]
        if rng.random() < 0.7:  # other plates over the labelled ones
            for i, quad in enumerate(quads):
                plate = self.plates.pick(rng)
                aspect = plate.shape[1] / plate.shape[0]
                seen = quad[1, 0] - quad[0, 0]
                across = seen * (rng.uniform(0.7, 1.05) if aspect < 2.8 else rng.uniform(1.02, 1.2))
                new = placed_quad(rng, quad.mean(0), across, aspect, rng.random() < 0.3)
                # Cover what was there with the colour around it first, then lay the plate.
                cover = ((quad - quad.mean(0)) * np.float32([1.12, 1.35]) + quad.mean(0)).astype(np.int32)
                beside = np.clip(cover[0] - [2, 2], 0, SIDE_PX - 1)
                cv2.fillConvexPoly(scene, cover, [int(v) for v in scene[beside[1], beside[0]]])
                paste(rng, scene, plate, new)
                quads[i] = new
        return Scene(scene, quads)

    def backdrop(self, rng):
        picture = self.plain[rng.integers(len(self.plain))]
        h, w = picture.shape[:2]
        side = int(rng.uniform(0.35, 1.0) * min(h, w))
        x, y = rng.integers(0, w - side + 1), rng.integers(0, h - side + 1)
        scene = cv2.resize(picture[y:y + side, x:x + side], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            scene = scene[:, ::-1].copy()
        if rng.random() < 0.5:  # most of them are grey: tint
            scene = np.clip(scene * rng.uniform(0.82, 1.15, 3) + rng.uniform(-10, 10, 3), 0, 255).astype(np.uint8)
        return scene

    def painted(self, rng):
        scene, quads = self.backdrop(rng), []
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            width = self.width(rng)
            center = SIDE_PX * rng.uniform(0.05, 0.95, 2)
            if rng.random() < 0.75:
                vehicle_body(rng, scene, center, width)
            plate = self.plates.pick(rng)
            quad = placed_quad(rng, center, width, plate.shape[1] / plate.shape[0], rng.random() < 0.6)
            if any(np.linalg.norm(quad.mean(0) - q.mean(0)) < 0.8 * (width + np.ptp(q[:, 0])) for q in quads):
                continue
            if rng.random() < 0.3:
                words(rng, scene, 2)
            paste(rng, scene, plate, quad)
            quads.append(quad)
        return Scene(scene, quads)

    def cut_out(self, rng):
        """A picture that is nothing but a plate, as the C++ shows it: with a black border."""
        plate = self.plates.pick(rng)
        scene = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
        if rng.random() < 0.3:
            scene[:] = rng.integers(0, 256, 3)
        aspect = plate.shape[1] / plate.shape[0]
        quad = placed_quad(rng, SIDE_PX * rng.uniform(0.42, 0.58, 2), rng.uniform(40, MOST_PLATE_PX), aspect, False)
        w, h = np.ptp(quad[:, 0]), np.ptp(quad[:, 1])
        x0, y0, x1, y1 = (int(v) for v in (quad[:, 0].min() - w * rng.uniform(0, 0.1), quad[:, 1].min() - h * rng.uniform(0, 0.15),
                                           quad[:, 0].max() + w * rng.uniform(0, 0.1), quad[:, 1].max() + h * rng.uniform(0, 0.15)))
        x0, y0 = max(0, x0), max(0, y0)
        scene[y0:y1, x0:x1] = cv2.resize(self.backdrop(rng), (SIDE_PX, SIDE_PX))[y0:y1, x0:x1]
        paste(rng, scene, plate, quad)
        return Scene(scene, [quad])

    def plain_scene(self, rng):
        scene = self.backdrop(rng)
        if rng.random() < 0.5:
            vehicle_body(rng, scene, SIDE_PX * rng.uniform(0.2, 0.8, 2), rng.uniform(20, 100))
        if rng.random() < 0.6:
            words(rng, scene, rng.integers(1, 6))
        return Scene(scene, [])

    def make(self, rng):
        kind = rng.random()
        scene = self.road(rng) if kind < 0.45 else self.painted(rng) if kind < 0.78 else self.cut_out(rng) if kind < 0.84 else self.plain_scene(rng)
        picture, quads = scene
        if rng.random() < 0.4:  # the whole camera hangs askew or looks from the side
            jitter = rng.normal(0, 0.06 * SIDE_PX, (4, 2)).astype(np.float32)
            square = quad_of((0, 0, SIDE_PX, SIDE_PX))
            matrix = cv2.getPerspectiveTransform(square, square + jitter)
            picture = cv2.warpPerspective(picture, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderValue=self.beyond(rng))
            quads = [moved(q, matrix) for q in quads]
        if rng.random() < 0.3:
            picture = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        return Scene(camera(rng, picture), quads)


def camera(rng, picture):
    """Exposure, colour, noise and compression of the whole scene; gentler than what the reader gets, for the scene is small already."""
    if rng.random() < 0.35:
        picture = degrade(rng, picture)
    out = picture.astype(np.float32)
    out = 255 * (np.clip(out, 0, 255) / 255) ** np.exp(rng.normal(0, 0.35))
    out = (out - 128) * rng.uniform(0.55, 1.25) + 128 + rng.uniform(-40, 40)
    if rng.random() < 0.3:
        out *= rng.uniform(0.8, 1.2, 3)
    if rng.random() < 0.5:
        out += rng.normal(0, rng.uniform(1, 9), out.shape)
    out = np.clip(out, 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.0))
    if rng.random() < 0.3:
        out = cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])[1], cv2.IMREAD_COLOR)
    return out


def targets(quads):
    """Score map, its weights, corner offsets in UNIT_PX and their weights, on the grid of cells."""
    cells = SIDE_PX // STRIDE
    score, weight = np.zeros((cells, cells), np.float32), np.ones((cells, cells), np.float32)
    corners, strength = np.zeros((8, cells, cells), np.float32), np.zeros((cells, cells), np.float32)
    ys, xs = np.mgrid[:cells, :cells] * STRIDE + STRIDE / 2.0
    for quad in quads:
        center = quad.mean(0)
        along, up = quad[1] + quad[2] - quad[0] - quad[3], quad[2] + quad[3] - quad[0] - quad[1]
        w, h = np.linalg.norm(along) / 2, np.linalg.norm(up) / 2
        inside = (-4 <= center).all() and (center < SIDE_PX + 4).all()
        if w < LEAST_PLATE_PX * 0.75 or w > MOST_PLATE_PX * 1.5 or h < 3.5 or not inside:
            blind = cv2.fillConvexPoly(np.zeros((cells, cells), np.uint8), (quad / STRIDE).astype(np.int32), 1)
            weight[blind > 0] = 0
            continue
        u, v = along / (2 * w), up / (2 * h)
        dx, dy = xs - center[0], ys - center[1]
        a, b = dx * u[0] + dy * u[1], dx * v[0] + dy * v[1]
        bell = np.exp(-0.5 * ((a / max(0.14 * w, 4.0)) ** 2 + (b / max(0.2 * h, 4.0)) ** 2))
        cy, cx = int(np.clip(center[1] // STRIDE, 0, cells - 1)), int(np.clip(center[0] // STRIDE, 0, cells - 1))
        bell[cy, cx] = 1.0
        better = bell > np.maximum(score, 0.3)
        for i in range(4):
            corners[2 * i][better] = ((quad[i, 0] - xs) / UNIT_PX)[better]
            corners[2 * i + 1][better] = ((quad[i, 1] - ys) / UNIT_PX)[better]
        strength[better] = (bell * UNIT_PX / max(h, 5.0))[better]
        score = np.maximum(score, bell)
    return score, weight, corners, strength


class Scenes(torch.utils.data.IterableDataset):
    """Endless batches: pictures uint8 [n, SIDE, SIDE, 3] and the four maps of targets()."""

    def __init__(self, batch, seed):
        self.batch, self.seed = batch, seed

    def __iter__(self):
        cv2.setNumThreads(1)
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        maker, made = SceneMaker(), 0
        while True:
            scenes = [maker.make(rng) for _ in range(self.batch)]
            maps = [targets(s.quads) for s in scenes]
            yield np.stack([s.picture for s in scenes]), *(np.stack([m[i] for m in maps]) for i in range(4))
            made += 1
            if made % 200 == 0:
                maker.plates.pool.refresh()
