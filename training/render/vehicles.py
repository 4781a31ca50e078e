"""Builds road vehicles from numbers: a lofted body, cut wheel arches, and lights, glass and trim laid onto it.

Axes: the vehicle drives towards +x, y is left, z is up, metres. The origin lies on the road under the middle of the
body. Shapes belong to no make or model. Use:

    bpy.ops.wm.read_factory_settings(use_empty=True)
    car = build_vehicle("sedan", "blue", "BHX 3094", texture_dir)
    car.root.location = (12, -1.6, 0)
"""
import math
import os
from dataclasses import dataclass, field

import bmesh
import bpy
import numpy as np
from mathutils import Vector
from mathutils.bvhtree import BVHTree

import plates

# Linear paint colours and how metallic they are.
PAINTS = {
    "white": ((0.80, 0.80, 0.78), 0.0), "black": ((0.008, 0.008, 0.010), 0.1), "silver": ((0.27, 0.285, 0.30), 0.6),
    "gray": ((0.10, 0.105, 0.11), 0.4), "blue": ((0.012, 0.040, 0.145), 0.25), "red": ((0.24, 0.010, 0.012), 0.15),
    "green": ((0.010, 0.085, 0.035), 0.2), "brown": ((0.085, 0.040, 0.020), 0.3), "beige": ((0.48, 0.40, 0.27), 0.2),
    "orange": ((0.60, 0.13, 0.012), 0.1), "yellow": ((0.72, 0.46, 0.02), 0.0),
}


@dataclass
class Shape:
    """One body. Curves are (distance from the nose, height) pairs."""
    length: float
    width: float
    top: list
    belt: list
    tumble: float
    wheel_radius: float
    axles: tuple
    pillars: tuple  # where side windows begin and end, as distances from the nose: (a, b, b, c, ...)
    windshield: tuple  # heights of its lower and upper edge
    rear_window: tuple  # (low, high, half width low, half width high); None for none
    tail_lamp: list  # outline in (y, z) for the left side
    head_lamp: list
    rear_plate_z: float
    front_plate_z: float
    grille: tuple  # (z low, z high, half width)
    bumper_z: tuple  # rear plastic apron (low, high)
    clearance: float = 0.20
    nose_taper: float = 0.80
    tail_taper: float = 0.88
    lid: tuple = None  # seam of the trunk lid or tailgate: (z low, z high, half width)
    bed: tuple = None  # pickup: (from, to) as distances from the nose
    smooth: float = 0.05
    extras: dict = field(default_factory=dict)


SHAPES = {
    "sedan": Shape(
        4.78, 1.85,
        top=[(0, .58), (.04, .70), (.25, .80), (1.2, .97), (2.05, 1.40), (2.6, 1.455), (3.2, 1.42), (4.05, 1.12), (4.6, 1.08), (4.72, 1.02), (4.78, .84)],
        belt=[(0, .54), (.25, .71), (1.2, .86), (3.0, .93), (4.1, .985), (4.6, 1.0), (4.78, .80)],
        tumble=.46, wheel_radius=.335, axles=(.95, 3.72), pillars=(1.62, 2.62, 2.70, 3.62),
        windshield=(1.03, 1.37), rear_window=(1.15, 1.38, .60, .50),
        tail_lamp=[(.50, .80), (.54, .94), (.95, .97), (.95, .80), (.75, .77)],
        head_lamp=[(.52, .64), (.56, .70), (.92, .78), (.92, .70), (.75, .63)],
        rear_plate_z=.82, front_plate_z=.47, grille=(.52, .70, .46), bumper_z=(.27, .44), lid=(.70, 1.06, .72)),
    "hatchback": Shape(
        4.10, 1.78,
        top=[(0, .62), (.04, .74), (.22, .86), (1.0, 1.02), (1.75, 1.45), (2.3, 1.52), (3.3, 1.48), (3.62, 1.40), (3.92, 1.05), (4.05, .98), (4.10, .82)],
        belt=[(0, .56), (.25, .74), (1.0, .90), (3.0, 1.0), (3.9, 1.02), (4.10, .80)],
        tumble=.40, wheel_radius=.32, axles=(.80, 3.38), pillars=(1.42, 2.32, 2.40, 3.30),
        windshield=(1.08, 1.43), rear_window=(1.08, 1.37, .60, .50),
        tail_lamp=[(.58, .78), (.60, .98), (.95, 1.06), (.95, .80)],
        head_lamp=[(.48, .68), (.54, .78), (.90, .86), (.90, .74), (.7, .68)],
        rear_plate_z=.80, front_plate_z=.48, grille=(.56, .70, .42), bumper_z=(.27, .46), lid=(.62, 1.02, .62)),
    "suv": Shape(
        4.72, 1.92,
        top=[(0, .74), (.04, .92), (.18, 1.02), (1.15, 1.14), (1.82, 1.62), (2.3, 1.72), (3.8, 1.69), (4.12, 1.63), (4.46, 1.18), (4.62, 1.10), (4.72, .92)],
        belt=[(0, .68), (.2, .90), (1.15, 1.02), (3.4, 1.10), (4.4, 1.14), (4.72, .90)],
        tumble=.34, wheel_radius=.375, axles=(.92, 3.72), pillars=(1.58, 2.52, 2.60, 3.45, 3.53, 4.05),
        windshield=(1.20, 1.60), rear_window=(1.20, 1.57, .68, .58),
        tail_lamp=[(.62, .88), (.60, 1.10), (.97, 1.16), (.97, .90)],
        head_lamp=[(.52, .82), (.56, .93), (.95, .99), (.95, .87), (.75, .81)],
        rear_plate_z=.90, front_plate_z=.56, grille=(.66, .88, .50), bumper_z=(.32, .56), clearance=.24, lid=(.70, 1.14, .66)),
    "van": Shape(
        5.05, 1.98,
        top=[(0, .76), (.04, .92), (.2, 1.04), (.85, 1.22), (1.65, 1.80), (2.1, 1.93), (4.7, 1.92), (4.86, 1.86), (4.97, 1.50), (5.02, 1.05), (5.05, .80)],
        belt=[(0, .70), (.2, .90), (.85, 1.06), (3.0, 1.14), (4.8, 1.16), (5.0, 1.04), (5.05, .78)],
        tumble=.18, wheel_radius=.35, axles=(.88, 3.98), pillars=(1.36, 2.22, 2.32, 3.50, 3.60, 4.62),
        windshield=(1.30, 1.80), rear_window=(1.20, 1.70, .70, .66),
        tail_lamp=[(.78, .84), (.78, 1.28), (.97, 1.30), (.97, .84)],
        head_lamp=[(.55, .78), (.58, .92), (.95, 1.02), (.95, .86)],
        rear_plate_z=.90, front_plate_z=.52, grille=(.62, .82, .50), bumper_z=(.30, .54), clearance=.22, lid=(.66, 1.78, .74), tail_taper=.93),
    "pickup": Shape(
        5.65, 2.00,
        top=[(0, .82), (.03, 1.04), (.14, 1.12), (1.45, 1.22), (2.05, 1.76), (2.45, 1.86), (3.50, 1.84), (3.68, 1.76), (3.80, 1.16), (5.55, 1.16), (5.62, 1.13), (5.65, .70)],
        belt=[(0, .78), (.14, 1.02), (1.45, 1.12), (3.8, 1.14), (5.55, 1.14), (5.65, .68)],
        tumble=.30, wheel_radius=.395, axles=(1.0, 4.55), pillars=(1.85, 2.72, 2.80, 3.52),
        windshield=(1.28, 1.74), rear_window=None,
        tail_lamp=[(.80, .78), (.80, 1.08), (.99, 1.08), (.99, .78)],
        head_lamp=[(.60, .84), (.60, 1.00), (.97, 1.02), (.97, .86)],
        rear_plate_z=.58, front_plate_z=.58, grille=(.72, 1.02, .56), bumper_z=(.40, .46), clearance=.28, lid=(.66, 1.12, .76), bed=(3.86, 5.54),
        tail_taper=.96, nose_taper=.88, smooth=.03),
}


@dataclass
class Vehicle:
    root: object
    body: str
    color: str
    plate: str
    rear_corners: list  # plate corners, vehicle axes: top left, top right, bottom right, bottom left as seen
    front_corners: list
    size: tuple
    wheels: list

    def plate_corners_world(self, view):
        corners = self.rear_corners if view == "rear" else self.front_corners
        return [self.root.matrix_world @ Vector(c) for c in corners]


def material(name, color, roughness=0.5, metallic=0.0, clearcoat=0.0, specular=0.5, emission=None, strength=0.0):
    found = bpy.data.materials.get(name)
    if found:
        return found
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    node = made.node_tree.nodes["Principled BSDF"]
    node.inputs["Base Color"].default_value = (*color, 1)
    node.inputs["Roughness"].default_value = roughness
    node.inputs["Metallic"].default_value = metallic
    node.inputs["Clearcoat"].default_value = clearcoat
    node.inputs["Clearcoat Roughness"].default_value = 0.06
    node.inputs["Specular"].default_value = specular
    if emission:
        node.inputs["Emission"].default_value = (*emission, 1)
        node.inputs["Emission Strength"].default_value = strength
    return made


def add_mesh(name, vertices, faces, mat, parent=None, smooth=False):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(v) for v in vertices], [], faces)
    mesh.update()
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    if mat:
        mesh.materials.append(mat)
    if smooth:
        mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
        mesh.use_auto_smooth = True
        mesh.auto_smooth_angle = math.radians(38)
    thing.parent = parent
    return thing


def add_box(name, low, high, mat, parent=None, bevel=0.0):
    (x0, y0, z0), (x1, y1, z1) = low, high
    vertices = [(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    thing = add_mesh(name, vertices, faces, mat, parent)
    if bevel:
        modifier = thing.modifiers.new("bevel", "BEVEL")
        modifier.width, modifier.segments = bevel, 3
        thing.data.polygons.foreach_set("use_smooth", [True] * 6)
        thing.data.use_auto_smooth = True
    return thing


def add_cylinder(name, center, radius, depth, mat, parent=None, axis="Y", segments=40, smooth=True):
    """A closed cylinder around `center` along an axis."""
    ring = [(math.cos(a), math.sin(a)) for a in np.linspace(0, 2 * math.pi, segments, endpoint=False)]
    vertices = []
    for side in (-0.5, 0.5):
        for c, s in ring:
            if axis == "Y":
                p = (c * radius, side * depth, s * radius)
            elif axis == "X":
                p = (side * depth, c * radius, s * radius)
            else:
                p = (c * radius, s * radius, side * depth)
            vertices.append(Vector(center) + Vector(p))
    n = segments
    faces = [tuple(range(n)), tuple(reversed(range(n, 2 * n)))]
    faces += [(i, n + i, n + (i + 1) % n, (i + 1) % n) for i in range(n)]
    thing = add_mesh(name, vertices, faces, mat, parent, smooth)
    bm = bmesh.new()
    bm.from_mesh(thing.data)
    bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
    bm.to_mesh(thing.data)
    bm.free()
    return thing


def _curve(points, smooth):
    """A smoothed polyline as a function of the distance from the nose."""
    xs, zs = np.array(points).T
    fine = np.arange(-0.6, xs[-1] + 0.6, 0.01)
    values = np.interp(fine, xs, zs)
    kernel = np.exp(-0.5 * (np.arange(-30, 31) * 0.01 / smooth) ** 2)
    values = np.convolve(np.pad(values, 30, mode="edge"), kernel / kernel.sum(), mode="valid")
    return lambda s: float(np.interp(s, fine, values))


class _Builder:
    def __init__(self, shape, paint, parent):
        self.shape, self.paint, self.parent = shape, paint, parent
        self.top, self.belt = _curve(shape.top, shape.smooth), _curve(shape.belt, 0.08)
        self.black = material("trim_black", (0.012, 0.012, 0.013), 0.45)
        self.glass = material("glass_dark", (0.010, 0.013, 0.015), 0.04, specular=0.8)
        self.seam = material("seam", (0.004, 0.004, 0.004), 0.7)
        self.chrome = material("chrome", (0.55, 0.56, 0.58), 0.14, metallic=1.0)
        self.tree = None

    def x(self, s):
        return self.shape.length / 2 - s

    def half_width(self, s):
        shape = self.shape
        nose, tail = 0.95, 0.45
        factor = 1.0
        if s < nose:
            factor -= (1 - shape.nose_taper) * ((nose - s) / nose) ** 2.6
        if s > shape.length - tail:
            factor -= (1 - shape.tail_taper) * ((s - shape.length + tail) / tail) ** 2.8
        return shape.width / 2 * factor

    def ring(self, s):
        """Half a cross-section, from the middle of the floor up to the middle of the roof."""
        shape = self.shape
        w, top, belt = self.half_width(s), self.top(s), self.belt(s)
        end = min(s, shape.length - s)
        low = shape.clearance + 0.16 * max(0.0, 1 - end / 0.5) ** 2
        belt = min(belt, top - 0.012)
        h = belt - low
        points = [(0, low), (.6 * w, low), (.88 * w, low), (.95 * w, low + .03), (.982 * w, low + .10 * min(1, h / .4)),
                  (.992 * w, low + .34 * h), (.990 * w, low + .52 * h), (1.0 * w, low + .74 * h), (.985 * w, low + .90 * h), (.945 * w, belt)]
        rise = top - belt
        k = min(1.0, max(0.0, (rise - 0.06) / 0.26))
        k = k * k * (3 - 2 * k)
        roof = max(0.35, .915 * w - shape.tumble * rise)
        cabin = [(.915 * w, belt + .015), (.5 * (.915 * w + roof), belt + .5 * rise - .03), (roof + .028, top - .11), (roof - .01, top - .055),
                 (roof - .09, top - .016), (.5 * roof, top - .002), (0, top + .008)]
        hood_y = [.90, .84, .76, .64, .48, .25, 0]
        hood_z = [.22, .45, .65, .80, .91, .98, 1.0]
        for (cy, cz), fy, fz in zip(cabin, hood_y, hood_z):
            points.append((k * cy + (1 - k) * fy * w, k * cz + (1 - k) * (belt + rise * fz)))
        return points

    def body(self):
        shape = self.shape
        stations = np.unique(np.round(np.concatenate([np.linspace(0, .4, 16), np.linspace(.4, shape.length - .4, 72),
                                                      np.linspace(shape.length - .4, shape.length, 16)]), 4))
        vertices, faces = [], []
        for s in stations:
            half = self.ring(s)
            ring = [(self.x(s), y, z) for y, z in half] + [(self.x(s), -y, z) for y, z in reversed(half[1:-1])]
            vertices += ring
        n = 2 * len(self.ring(1.0)) - 2
        for i in range(len(stations) - 1):
            for j in range(n):
                k = (j + 1) % n
                faces.append((i * n + j, i * n + k, (i + 1) * n + k, (i + 1) * n + j))
        faces.append(tuple(reversed(range(n))))
        faces.append(tuple(range((len(stations) - 1) * n, len(stations) * n)))
        thing = add_mesh("body", vertices, faces, self.paint, self.parent, smooth=True)
        bm = bmesh.new()
        bm.from_mesh(thing.data)
        bmesh.ops.recalc_face_normals(bm, faces=bm.faces)
        bm.to_mesh(thing.data)
        self.tree = BVHTree.FromBMesh(bm)
        bm.free()
        return thing

    def cut(self, body):
        """Cuts wheel arches (and a pickup's bed) out of the body, lined with black."""
        body.data.materials.append(self.black)
        cutters = []
        for s in self.shape.axles:
            for side in (-1, 1):
                y = side * (self.shape.width / 2 + .05)
                cutters.append(add_cylinder("cutter", (self.x(s), y, self.shape.wheel_radius * 1.02), self.shape.wheel_radius * 1.16, 0.62, self.black))
        if self.shape.bed:
            a, b = self.shape.bed
            half = self.shape.width / 2 - .14
            cutters.append(add_box("cutter", (self.x(b), -half, .72), (self.x(a), half, 2.5), self.black))
        for cutter in cutters:
            modifier = body.modifiers.new("cut", "BOOLEAN")
            modifier.operation, modifier.object, modifier.solver = "DIFFERENCE", cutter, "EXACT"
        bpy.context.view_layer.update()
        graph = bpy.context.evaluated_depsgraph_get()
        result = bpy.data.meshes.new_from_object(body.evaluated_get(graph), preserve_all_data_layers=True, depsgraph=graph)
        body.modifiers.clear()
        body.data = result
        for cutter in cutters:
            bpy.data.objects.remove(cutter)

    def decal(self, outline, direction, mat, lift=0.004, round_m=0.02, grid_m=0.05, name="decal"):
        """Lays a flat outline onto the body. `direction` is where it is seen from: rear, front, left, right, top.

        Outline coordinates are (y, z) from rear and front, (x, z) from the sides, (x, y) from the top.
        """
        points = _rounded(outline, round_m)
        bm = bmesh.new()
        ring = [bm.verts.new((a, b, 0)) for a, b in points]
        bm.faces.new(ring)
        for axis in (0, 1):
            values = [p[axis] for p in points]
            low, high = min(values), max(values)
            for cut in np.arange(low + grid_m * .5, high, grid_m):
                where, normal = [0, 0, 0], [0, 0, 0]
                where[axis], normal[axis] = cut, 1
                bmesh.ops.bisect_plane(bm, geom=bm.verts[:] + bm.edges[:] + bm.faces[:], plane_co=where, plane_no=normal)
        bmesh.ops.triangulate(bm, faces=bm.faces)
        for vertex in bm.verts:
            vertex.co = self.project(vertex.co.x, vertex.co.y, direction, lift)
        mesh = bpy.data.meshes.new(name)
        bm.to_mesh(mesh)
        bm.free()
        mesh.polygons.foreach_set("use_smooth", [True] * len(mesh.polygons))
        mesh.materials.append(mat)
        thing = bpy.data.objects.new(name, mesh)
        bpy.context.scene.collection.objects.link(thing)
        thing.parent = self.parent
        return thing

    def project(self, a, b, direction, lift=0.0):
        far = 10.0
        origin, ray = {
            "rear": ((-far, a, b), (1, 0, 0)), "front": ((far, a, b), (-1, 0, 0)), "left": ((a, far, b), (0, -1, 0)),
            "right": ((a, -far, b), (0, 1, 0)), "top": ((a, b, far), (0, 0, -1))}[direction]
        hit, normal, _, _ = self.tree.ray_cast(Vector(origin), Vector(ray))
        if hit is None:
            start = Vector(origin) + Vector(ray) * (far - (self.shape.length / 2 if direction in ("rear", "front") else 0.9))
            hit, normal, _, _ = self.tree.find_nearest(start)
        if normal.dot(Vector(ray)) > 0:
            normal = -normal
        return hit + normal * lift

    def line(self, points, direction, width=0.008, mat=None, lift=0.003):
        """A thin seam along a polyline."""
        for (a0, b0), (a1, b1) in zip(points, points[1:]):
            length = math.hypot(a1 - a0, b1 - b0)
            if length < 1e-6:
                continue
            na, nb = -(b1 - b0) / length * width / 2, (a1 - a0) / length * width / 2
            self.decal([(a0 + na, b0 + nb), (a1 + na, b1 + nb), (a1 - na, b1 - nb), (a0 - na, b0 - nb)], direction, mat or self.seam, lift, 0, name="seam")

    def mirrored(self, outline, direction, mat, **more):
        for side in (1, -1):
            self.decal([(a * side, b) for a, b in outline], direction, mat, **more)

    def sides(self, outline, mat, **more):
        for direction in ("left", "right"):
            self.decal(outline, direction, mat, **more)


def _rounded(outline, radius, steps=4):
    if radius <= 0:
        return outline
    made = []
    n = len(outline)
    for i in range(n):
        p, q, r = (np.array(outline[(i + d) % n], float) for d in (-1, 0, 1))
        a, b = p - q, r - q
        la, lb = np.linalg.norm(a), np.linalg.norm(b)
        cut = min(radius, la * .45, lb * .45)
        start, end = q + a / la * cut, q + b / lb * cut
        for t in np.linspace(0, 1, steps + 1):
            made.append(tuple((1 - t) ** 2 * start + 2 * t * (1 - t) * q + t ** 2 * end))
    return made


def _wheel(builder, x, side, turn):
    shape = builder.shape
    r = shape.wheel_radius
    hub = bpy.data.objects.new("wheel", None)
    bpy.context.scene.collection.objects.link(hub)
    hub.parent = builder.parent
    hub.location = (x, side * (shape.width / 2 - .125), r)
    hub.rotation_euler = (0, turn, 0)
    tyre = material("tyre", (0.012, 0.012, 0.012), 0.85)
    rim = material("rim", (0.42, 0.43, 0.45), 0.28, metallic=0.9)
    # The tyre is a ring with rounded shoulders.
    profile = [(-.11, .66), (-.115, .86), (-.095, .97), (-.05, 1.0), (.05, 1.0), (.095, .97), (.115, .86), (.11, .66)]
    n = 48
    vertices = [(math.cos(a) * r * q, y, math.sin(a) * r * q) for a in np.linspace(0, 2 * math.pi, n, endpoint=False) for y, q in profile]
    m = len(profile)
    faces = [(i * m + j, i * m + j + 1, ((i + 1) % n) * m + j + 1, ((i + 1) % n) * m + j) for i in range(n) for j in range(m - 1)]
    add_mesh("tyre", vertices, faces, tyre, hub, smooth=True)
    add_cylinder("well", (0, -side * .02, 0), r * .67, .10, material("wheel_well", (0.01, 0.01, 0.01), .8), hub)
    add_cylinder("hub", (0, side * .075, 0), r * .17, .05, rim, hub)
    for k in range(10):
        a = 2 * math.pi * k / 10
        spoke = add_box("spoke", (r * .1, side * .06 - .015, -.016), (r * .66, side * .06 + .025, .016), rim, hub)
        spoke.rotation_euler = (0, a, 0)
    outer = [(math.cos(a) * r * q, side * .085, math.sin(a) * r * q) for a in np.linspace(0, 2 * math.pi, n, endpoint=False) for q in (.61, .685)]
    add_mesh("rim", outer, [(2 * i, 2 * i + 1, (2 * i + 3) % (2 * n), (2 * i + 2) % (2 * n)) for i in range(n)], rim, hub)
    return hub


def _plate(builder, text, direction, z, texture_dir, glow):
    """Hangs the plate before the body, on a frame, leaning a little as real ones do. Returns its four corners."""
    facing = -1 if direction == "rear" else 1
    half_w, half_h = plates.PLATE_WIDTH_M / 2, plates.PLATE_HEIGHT_M / 2
    # As far out as the farthest point of the body behind it.
    outermost = max((facing * builder.project(y, z + dz, direction).x) for y in (-half_w, 0, half_w) for dz in (-half_h, 0, half_h))
    base = facing * (outermost + .022)
    lean = math.radians(4)
    # A viewer behind the vehicle looks towards +x and sees -y on the right; one before it sees +y on the right.
    side = -1 if direction == "rear" else 1

    def at(u, v, out=0.0):
        return (base + facing * out - facing * math.sin(lean) * v * half_h, side * u * half_w, z + v * half_h * math.cos(lean))

    frame = 1.07
    add_box("plate_frame", (min(base, base - facing * .03), -half_w * frame, z - half_h * 1.10), (max(base, base - facing * .03) - .0, half_w * frame, z + half_h * 1.10), builder.black, builder.parent, bevel=.006)
    name = "plate_" + text.replace(" ", "")
    path = os.path.join(texture_dir, name + ".png")
    if not os.path.exists(path):
        plates.draw_plate(text, path)
    mat = bpy.data.materials.get(f"{name}_{glow}")
    if not mat:
        mat = bpy.data.materials.new(f"{name}_{glow}")
        mat.use_nodes = True
        tree = mat.node_tree
        node = tree.nodes["Principled BSDF"]
        picture = tree.nodes.new("ShaderNodeTexImage")
        picture.image = bpy.data.images.load(path)
        picture.extension = "EXTEND"
        tree.links.new(picture.outputs["Color"], node.inputs["Base Color"])
        node.inputs["Roughness"].default_value = 0.55
        node.inputs["Specular"].default_value = 0.15
        if glow > 0:  # stands for the sheeting's return of the camera's own lamp
            tree.links.new(picture.outputs["Color"], node.inputs["Emission"])
            node.inputs["Emission Strength"].default_value = glow
    quad = add_mesh("plate", [at(-1, 1, .012), at(1, 1, .012), at(1, -1, .012), at(-1, -1, .012)], [(3, 2, 1, 0)], mat, builder.parent)
    layer = quad.data.uv_layers.new()
    uv = {0: (0, 1), 1: (1, 1), 2: (1, 0), 3: (0, 0)}
    for loop in quad.data.loops:
        layer.data[loop.index].uv = uv[loop.vertex_index]
    return [at(-1, 1, .012), at(1, 1, .012), at(1, -1, .012), at(-1, -1, .012)]


def _lamps(builder, lights_on):
    shape = builder.shape
    mark = "on" if lights_on else "off"
    red = material(f"lamp_red_{mark}", (0.30, 0.006, 0.008), 0.12, clearcoat=1, emission=(1, .03, .02), strength=3.0 if lights_on else 0.06)
    deep = material(f"lamp_deep_{mark}", (0.12, 0.003, 0.004), 0.15, clearcoat=1, emission=(1, .02, .01), strength=0.8 if lights_on else 0.02)
    clear = material("lamp_clear", (0.55, 0.56, 0.57), 0.10, metallic=.3, clearcoat=1)
    beam = material(f"lamp_beam_{mark}", (0.75, 0.76, 0.78), 0.08, metallic=.6, clearcoat=1, emission=(1, .96, .88), strength=25.0 if lights_on else 0.15)
    flank = builder.half_width(shape.length - .16) * .985  # farther out the outline would smear along the flank
    tail_lamp = [(min(y, flank), z) for y, z in shape.tail_lamp]
    builder.mirrored(tail_lamp, "rear", deep, lift=.006, round_m=.03)
    ys, zs = [p[0] for p in tail_lamp], [p[1] for p in tail_lamp]
    y0, y1, z0, z1 = min(ys), max(ys), min(zs), max(zs)
    tall = (z1 - z0) > (y1 - y0) * 1.2
    inner = [(y0 + .035, z0 + .03), (y0 + .035, z1 - .04), (y1, z1 - .05), (y1, z0 + .03)]
    if tall:
        third = (z1 - z0) / 3
        builder.mirrored([(y0 + .03, z1 - .04), (y1, z1 - .04), (y1, z0 + third), (y0 + .03, z0 + third)], "rear", red, lift=.010, round_m=.02)
        builder.mirrored([(y0 + .03, z0 + third - .02), (y1 - .05, z0 + third - .02), (y1 - .05, z0 + .03), (y0 + .03, z0 + .03)], "rear", clear, lift=.010, round_m=.02)
    else:
        middle = y0 + (y1 - y0) * .42
        builder.mirrored([(middle, z0 + .04), (middle, z1 - .05), (y1 - .01, z1 - .04), (y1 - .01, z0 + .05)], "rear", red, lift=.010, round_m=.02)
        builder.mirrored([(y0 + .06, z0 + .045), (y0 + .06, z1 - .065), (middle - .02, z1 - .055), (middle - .02, z0 + .045)], "rear", clear, lift=.010, round_m=.015)
    builder.mirrored(shape.head_lamp, "front", builder.black, lift=.006, round_m=.03)
    ys, zs = [p[0] for p in shape.head_lamp], [p[1] for p in shape.head_lamp]
    y0, y1, z0, z1 = min(ys), max(ys), min(zs), max(zs)
    center_y, center_z = (y0 + y1) / 2 + .04, (z0 + z1) / 2
    builder.mirrored([(center_y - .13, center_z - .035), (center_y - .12, center_z + .03), (center_y + .12, center_z + .06), (center_y + .12, center_z - .02)],
                     "front", beam, lift=.011, round_m=.03)
    builder.mirrored([(y0 + .02, center_z - .03), (y0 + .03, center_z + .02), (center_y - .15, center_z + .03), (center_y - .15, center_z - .03)], "front", clear, lift=.010, round_m=.01)


def _glass(builder):
    shape = builder.shape
    low, high = shape.windshield
    # The windshield and a black edge around it.
    w_low, w_high = shape.width / 2 * .74, shape.width / 2 * (.80 - shape.tumble * .42)
    builder.decal([(-w_low - .03, low - .02), (-w_high - .02, high + .02), (w_high + .02, high + .02), (w_low + .03, low - .02)], "front", builder.black, lift=.003, round_m=.05)
    builder.decal([(-w_low, low), (-w_high, high), (w_high, high), (w_low, low)], "front", builder.glass, lift=.006, round_m=.05)
    if shape.rear_window:
        low, high, w_low, w_high = shape.rear_window
        builder.decal([(-w_low - .02, low - .02), (-w_high - .02, high + .02), (w_high + .02, high + .02), (w_low + .02, low - .02)], "rear", builder.black, lift=.003, round_m=.05)
        builder.decal([(-w_low, low), (-w_high, high), (w_high, high), (w_low, low)], "rear", builder.glass, lift=.006, round_m=.05)
    elif shape.bed:
        # A pickup's cab ends upright; its window is seen over the bed.
        s = shape.bed[0] - .16
        builder.decal([(-.62, 1.30), (-.52, 1.68), (.52, 1.68), (.62, 1.30)], "rear", builder.glass, lift=.012, round_m=.05)
    for a, b in zip(shape.pillars[::2], shape.pillars[1::2]):
        steps = np.linspace(a, b, 14)
        top = [(builder.x(s), builder.top(s) - .115) for s in steps]
        bottom = [(builder.x(s), builder.belt(s) + .045) for s in steps]
        kept = [(t, l) for t, l in zip(top, bottom) if t[1] - l[1] > .02]
        if len(kept) < 3:
            continue
        outline = [t for t, _ in kept] + [l for _, l in reversed(kept)]
        grown = [(x, z + .018) for (x, z), _ in kept] + [(x, z - .018) for _, (x, z) in reversed(kept)]
        builder.sides(grown, builder.black, lift=.003, round_m=0)
        builder.sides(outline, builder.glass, lift=.006, round_m=0)


def _trim(builder):
    shape = builder.shape
    low, high, half = shape.grille
    builder.decal([(-half, low), (-half * 1.05, high), (half * 1.05, high), (half, low)], "front", builder.black, lift=.005, round_m=.04)
    for z in np.linspace(low + .04, high - .035, 4):
        builder.decal([(-half + .03, z), (-half + .03, z + .014), (half - .03, z + .014), (half - .03, z)], "front", builder.chrome, lift=.012, round_m=0)
    builder.decal([(-.05, (low + high) / 2 - .03), (-.05, (low + high) / 2 + .03), (.05, (low + high) / 2 + .03), (.05, (low + high) / 2 - .03)], "front", builder.chrome, lift=.020, round_m=.03)
    apron = shape.clearance + .12
    builder.decal([(-.62, apron), (-.70, apron + .13), (.70, apron + .13), (.62, apron)], "front", builder.black, lift=.005, round_m=.04)
    # Rear: plastic apron, lid seam, handle strip, badge.
    low, high = shape.bumper_z
    wide = shape.width / 2 * .84
    if not shape.bed:
        builder.decal([(-wide, low), (-wide - .03, high), (wide + .03, high), (wide, low)], "rear", builder.black, lift=.005, round_m=.05)
        for y in (-1, 1):
            add_cylinder("exhaust", (builder.x(shape.length - .16), y * .55, shape.clearance + .10), .035, .22, builder.chrome, builder.parent, axis="X", segments=20)
    else:
        rear = builder.x(shape.length)
        add_box("bumper", (rear - .16, -shape.width / 2 * .97, .43), (rear + .10, shape.width / 2 * .97, .645), builder.chrome, builder.parent, bevel=.04)
        add_box("step", (rear - .165, -.30, .47), (rear - .14, .30, .69), builder.black, builder.parent, bevel=.01)
    low, high, half = shape.lid
    builder.line([(-half, high), (-half, low), (half, low), (half, high)], "rear")
    if shape.bed:
        builder.line([(-half, high - .012), (half, high - .012)], "rear")
        builder.decal([(-.11, .98), (-.11, 1.05), (.11, 1.05), (.11, .98)], "rear", builder.black, lift=.008, round_m=.02)
    else:
        strip = shape.rear_plate_z + .115
        builder.decal([(-.26, strip), (-.26, strip + .022), (.26, strip + .022), (.26, strip)], "rear", builder.chrome, lift=.022, round_m=.008)
        builder.decal([(-.24, shape.rear_plate_z - .12), (-.26, strip - .004), (.26, strip - .004), (.24, shape.rear_plate_z - .12)], "rear", builder.black, lift=.004, round_m=.03)
    # Doors, handles, sill, mirrors.
    doors = [shape.pillars[0] - .05, shape.pillars[1] + .04, shape.pillars[3] + (.02 if shape.bed else -.02)]
    sill = shape.clearance + .13
    for direction in ("left", "right"):
        for s in doors:
            x = builder.x(s)
            builder.line([(x, sill), (x, builder.belt(s) + .01)], direction)
        builder.line([(builder.x(doors[0]), sill), (builder.x(doors[-1]), sill)], direction)
    for s in doors[1:]:
        x, z = builder.x(s) + .12, builder.belt(s) - .12
        builder.sides([(x - .08, z), (x - .08, z + .028), (x + .08, z + .028), (x + .08, z)], builder.chrome, lift=.016, round_m=.01)
    s0, s1 = shape.axles[0] + shape.wheel_radius * 1.25, shape.axles[1] - shape.wheel_radius * 1.25
    builder.sides([(builder.x(s0), sill - .10), (builder.x(s0), sill - .02), (builder.x(s1), sill - .02), (builder.x(s1), sill - .10)], builder.black, lift=.005, round_m=.01)
    s = shape.pillars[0] + .10
    for side in (-1, 1):
        mirror = add_box("mirror", (-.07, -.10, -.065), (.07, .10, .065), builder.paint, builder.parent, bevel=.05)
        mirror.location = (builder.x(s), side * (shape.width / 2 + .09), builder.belt(s) + .10)
        add_box("mirror_arm", (builder.x(s) - .03, min(side * (shape.width / 2 - .12), side * (shape.width / 2 + .05)), builder.belt(s) + .045),
                (builder.x(s) + .03, max(side * (shape.width / 2 - .12), side * (shape.width / 2 + .05)), builder.belt(s) + .085), builder.black, builder.parent)
        add_box("mirror_glass", (builder.x(s) - .078, side * (shape.width / 2 + .09) - .08, builder.belt(s) + .05),
                (builder.x(s) - .068, side * (shape.width / 2 + .09) + .08, builder.belt(s) + .15), builder.glass, builder.parent)


def build_vehicle(body, color, plate, texture_dir, lights_on=False, plate_glow=0.0):
    """Builds one vehicle at the origin. `plate_glow` > 0 lets the plate shine, as sheeting does under the camera's lamp."""
    shape = SHAPES[body]
    rgb, metallic = PAINTS[color]
    root = bpy.data.objects.new(f"{body}_{plate}", None)
    bpy.context.scene.collection.objects.link(root)
    paint = material(f"paint_{color}", rgb, 0.32, metallic, clearcoat=1.0)
    builder = _Builder(shape, paint, root)
    shell = builder.body()
    _glass(builder)
    _trim(builder)
    _lamps(builder, lights_on)
    rear = _plate(builder, plate, "rear", shape.rear_plate_z, texture_dir, plate_glow)
    if shape.bed:  # the plate hangs on the bumper, not on the tailgate behind it
        shift = .165
        for thing in root.children:
            if thing.name.startswith("plate") and all((thing.matrix_local @ v.co).x < 0 for v in thing.data.vertices):
                thing.location.x -= shift
        rear = [(x - shift, y, z) for x, y, z in rear]
    front = _plate(builder, plate, "front", shape.front_plate_z, texture_dir, plate_glow)
    wheels = [_wheel(builder, builder.x(s), side, 0.3 * i) for i, s in enumerate(shape.axles) for side in (-1, 1)]
    builder.cut(shell)
    return Vehicle(root, body, color, plate.replace(" ", ""), rear, front, (shape.length, shape.width, max(z for _, z in shape.top)), wheels)
