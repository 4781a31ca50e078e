"""Builds a two-lane street of an invented town, its light, and the cameras on their poles.

The street runs along x; traffic keeps right, so vehicles in the lane at y < 0 drive towards +x. Metres.
"""
import math
import random
import tempfile

import bmesh
import bpy
import numpy as np
from mathutils import Vector, noise

from vehicles import add_box, add_cylinder, add_mesh, material

LANE_WIDTH_M = 3.3
ROAD_HALF_M = LANE_WIDTH_M + 0.5
LANE_CENTER_M = 1.75


def _noisy(name, dark, light, scale, roughness, detail=2.0, coords="Object"):
    """A material whose colour wanders between two tones, as asphalt, grass and leaves do."""
    found = bpy.data.materials.get(name)
    if found:
        return found
    made = material(name, dark, roughness, specular=0.2)
    tree = made.node_tree
    place = tree.nodes.new("ShaderNodeTexCoord")
    coarse, fine = tree.nodes.new("ShaderNodeTexNoise"), tree.nodes.new("ShaderNodeTexNoise")
    coarse.inputs["Scale"].default_value, coarse.inputs["Detail"].default_value = scale, detail
    fine.inputs["Scale"].default_value, fine.inputs["Detail"].default_value = scale * 23, 1
    both = tree.nodes.new("ShaderNodeMath")
    both.operation = "MULTIPLY_ADD"
    both.inputs[1].default_value = 0.5
    half = tree.nodes.new("ShaderNodeMath")
    half.operation = "MULTIPLY"
    half.inputs[1].default_value = 0.5
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color, ramp.color_ramp.elements[1].color = (*dark, 1), (*light, 1)
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[1].position = 0.32, 0.68
    links = tree.links
    links.new(place.outputs[coords], coarse.inputs["Vector"])
    links.new(place.outputs[coords], fine.inputs["Vector"])
    links.new(fine.outputs["Fac"], half.inputs[0])
    links.new(coarse.outputs["Fac"], both.inputs[0])
    links.new(half.outputs[0], both.inputs[2])
    links.new(both.outputs[0], ramp.inputs["Fac"])
    links.new(ramp.outputs["Color"], tree.nodes["Principled BSDF"].inputs["Base Color"])
    return made


def _strip(name, x0, x1, y0, y1, z, mat):
    return add_mesh(name, [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z)], [(0, 1, 2, 3)], mat)


def _house(rng, x, y, facing):
    """A plain wooden house with a gable roof; `facing` is -1 where the front looks towards -y."""
    wall = material(f"wall{rng.randrange(6)}", rng.choice([(.62, .60, .54), (.45, .52, .55), (.60, .52, .38), (.36, .42, .36), (.70, .70, .68), (.46, .22, .16)]), .8, specular=.2)
    roof = material(f"roof{rng.randrange(3)}", rng.choice([(.07, .065, .06), (.10, .06, .05), (.06, .07, .08)]), .9, specular=.1)
    white = material("house_white", (.75, .75, .73), .6)
    pane = material("house_pane", (.03, .04, .05), .08)
    w, d, h = rng.uniform(9, 13), rng.uniform(8, 10), rng.choice([3.0, 5.6])
    front = y
    back = y - facing * d
    low, high = min(front, back), max(front, back)
    add_box("house", (x - w / 2, low, 0), (x + w / 2, high, h), wall)
    ridge, over = h + 2.6, .5
    mid = (low + high) / 2
    vertices = [(x - w / 2 - over, low - over, h - .25), (x + w / 2 + over, low - over, h - .25), (x + w / 2 + over, mid, ridge), (x - w / 2 - over, mid, ridge),
                (x - w / 2 - over, high + over, h - .25), (x + w / 2 + over, high + over, h - .25)]
    add_mesh("roof", vertices, [(0, 1, 2, 3), (3, 2, 5, 4)], roof)
    for side in (-1, 1):
        gx = x + side * w / 2
        add_mesh("gable", [(gx, low, h), (gx, high, h), (gx, mid, ridge - .2)], [(0, 1, 2)], wall)
    rows = [1.0] if h < 4 else [1.0, 3.6]
    for z in rows:
        for k in (-.34, -.12, .12, .34):
            wx = x + k * w
            if z == 1.0 and k == .12:
                add_box("door", (wx - .5, front - .04, 0), (wx + .5, front + .04, 2.1), material("door", (.25, .05, .04), .5))
                continue
            add_box("window_frame", (wx - .62, front - .05, z - .08), (wx + .62, front + .05, z + 1.38), white)
            add_box("window", (wx - .52, front - .07, z), (wx + .52, front + .07, z + 1.3), pane)
        for side in (-1, 1):
            sx = x + side * w / 2
            for k in (.3, .7):
                wy = low + k * (high - low)
                add_box("window_frame", (sx - .05, wy - .6, z - .08), (sx + .05, wy + .6, z + 1.38), white)
                add_box("window", (sx - .07, wy - .5, z), (sx + .07, wy + .5, z + 1.3), pane)


def _tree(rng, x, y):
    bark = material("bark", (.07, .05, .035), .9)
    leaves = _noisy(f"leaves{rng.randrange(3)}", *rng.choice([((.018, .05, .010), (.06, .13, .025)), ((.025, .06, .012), (.09, .15, .03)), ((.012, .045, .014), (.045, .10, .03))]), 2.2, .8)
    height = rng.uniform(4.5, 7.0)
    add_cylinder("trunk", (x, y, height * .3), .16, height * .6, bark, axis="Z", segments=12)
    bm = bmesh.new()
    for _ in range(9):
        at = Vector((x + rng.uniform(-1.3, 1.3), y + rng.uniform(-1.3, 1.3), height * rng.uniform(.55, 1.0)))
        made = bmesh.ops.create_icosphere(bm, subdivisions=3, radius=rng.uniform(.8, 1.5))
        for vertex in made["verts"]:
            vertex.co = vertex.co * (1 + .55 * noise.noise(vertex.co * 1.7 + at) + .25 * noise.noise(vertex.co * 5.1 + at)) + at
    mesh = bpy.data.meshes.new("crown")
    bm.to_mesh(mesh)
    bm.free()
    mesh.materials.append(leaves)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("crown", mesh))


def _lamp_post(x, y, lit):
    metal = material("post", (.08, .09, .09), .5, metallic=.6)
    side = -1 if y > 0 else 1
    add_cylinder("post", (x, y, 3.0), .07, 6.0, metal, axis="Z", segments=14)
    add_box("arm", (x - .04, min(y, y + side * 1.6), 5.92), (x + .04, max(y, y + side * 1.6), 6.0), metal)
    head = y + side * 1.5
    add_box("head", (x - .16, head - .32, 5.84), (x + .16, head + .32, 5.93), metal, bevel=.02)
    if lit:
        lamp = bpy.data.lights.new("street_lamp", "SPOT")
        lamp.energy, lamp.color, lamp.spot_size, lamp.shadow_soft_size = 900, (1, .78, .5), math.radians(140), .25
        thing = bpy.data.objects.new("street_lamp", lamp)
        thing.location = (x, head, 5.8)
        bpy.context.scene.collection.objects.link(thing)


def build_street(seed=1, lamps_lit=False, length_m=150):
    rng = random.Random(seed)
    far = length_m
    grass = _noisy("grass", (.030, .060, .014), (.085, .125, .035), .35, .95)
    asphalt = _noisy("asphalt", (.060, .060, .062), (.105, .104, .102), .8, .92)
    concrete = _noisy("concrete", (.30, .29, .27), (.42, .41, .38), .6, .9)
    paint_white = _noisy("line_white", (.45, .45, .43), (.70, .70, .68), 3.0, .7)
    paint_yellow = _noisy("line_yellow", (.42, .26, .02), (.62, .40, .04), 3.0, .7)
    _strip("grass", -60, far * 2, -120, 120, -.02, grass)
    _strip("road", -60, far * 2, -ROAD_HALF_M, ROAD_HALF_M, 0, asphalt)
    for y in (-.12, .06):
        _strip("yellow", -60, far * 2, y, y + .09, .004, paint_yellow)
    for side in (-1, 1):
        edge = side * ROAD_HALF_M
        y = side * (ROAD_HALF_M - .35)
        _strip("edge_line", -60, far * 2, y - .05, y + .05, .004, paint_white)
        kerb = sorted((edge, edge + side * .16))
        add_box("kerb", (-60, kerb[0], -.1), (far * 2, kerb[1], .14), concrete, bevel=.03)
        walk = sorted((edge + side * 1.3, edge + side * 2.8))
        add_box("walk", (-60, walk[0], -.1), (far * 2, walk[1], .10), concrete)
        for x in np.arange(-4, far, 1.5):
            _strip("joint", x, x + .02, walk[0], walk[1], .103, material("joint", (.08, .08, .075), .9))
        x = rng.uniform(8, 14)
        while x < far:
            _house(rng, x, side * rng.uniform(12, 15), -side)
            drive = x + 8.2
            near, deep = sorted((edge + side * .05, edge + side * 9))
            add_box("drive", (drive - 1.5, near, -.1), (drive + 1.5, deep, .102), concrete)
            x += rng.uniform(17, 22)
        for x in np.arange(10 + rng.uniform(0, 6), far, 13):
            _tree(rng, x + rng.uniform(-2, 2), side * rng.uniform(7.6, 9.5))
        for x in np.arange(-10, far * 1.5, 9):
            _tree(rng, x + rng.uniform(-3, 3), side * rng.uniform(27, 40))
        for x in np.arange(22 if side > 0 else 38, far, 36):
            _lamp_post(x, side * (ROAD_HALF_M + .7), lamps_lit)
    # Asphalt is mended here and there, and has a manhole.
    mend = _noisy("mended", (.030, .030, .031), (.055, .054, .053), 1.4, .92)
    for x, y in ((11, -2.9), (19, 1.0), (31, -1.4), (44, 1.6)):
        x += rng.uniform(-2, 2)
        _strip("mended", x, x + rng.uniform(1.6, 4.0), y, y + rng.uniform(.5, .9), .002, mend)
    for _ in range(7):  # sealed cracks
        x, y = rng.uniform(4, 45), rng.choice([-1, 1]) * rng.uniform(.6, 2.6)
        for _ in range(rng.randrange(4, 9)):
            nx, ny = x + rng.uniform(.25, .6), y + rng.uniform(-.16, .16)
            add_mesh("crack", [(x, y - .012, .003), (nx, ny - .012, .003), (nx, ny + .012, .003), (x, y + .012, .003)], [(0, 1, 2, 3)], mend)
            x, y = nx, ny
    cover = add_cylinder("manhole", (13.5, -.9, .0), .33, .012, material("iron", (.05, .045, .04), .5, metallic=.7), axis="Z")
    cover.rotation_euler = (0, 0, .2)
    # The street ends in a wood far away.
    for _ in range(40):
        _tree(rng, far + rng.uniform(-5, 25), rng.uniform(-45, 45))


def set_light(kind, sun_azimuth_deg=215.0):
    """Light of the scene: day, overcast, evening (low sun), dusk, night (the camera's infrared lamp)."""
    scene = bpy.context.scene
    world = bpy.data.worlds.new("sky")
    scene.world = world
    world.use_nodes = True
    # The sky has no disc, so rays that leave surfaces find it well; aiming shadow rays at it would only take
    # them away from the sun and add grain.
    world.cycles.sampling_method = "NONE"
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    elevation = {"day": 42, "overcast": 50, "evening": 11, "dusk": 1.5, "night": 20}[kind]
    if kind in ("day", "evening", "dusk"):
        sky = nodes.new("ShaderNodeTexSky")
        sky.sky_type, sky.sun_disc = "NISHITA", False
        sky.sun_elevation, sky.sun_rotation = math.radians(elevation), math.radians(sun_azimuth_deg)
        sky.air_density, sky.dust_density = 1.0, 1.2
        links.new(sky.outputs["Color"], background.inputs["Color"])
        background.inputs["Strength"].default_value = {"day": .20, "evening": .28, "dusk": .55}[kind]
    else:
        background.inputs["Color"].default_value = {"overcast": (.62, .68, .76, 1), "night": (.10, .10, .12, 1)}[kind]
        background.inputs["Strength"].default_value = {"overcast": .95, "night": .10}[kind]
    if kind in ("day", "evening", "overcast"):
        sun = bpy.data.lights.new("sun", "SUN")
        sun.energy = {"day": 3.6, "evening": 2.4, "overcast": .9}[kind]
        sun.color = {"day": (1, .96, .90), "evening": (1, .72, .45), "overcast": (1, 1, 1)}[kind]
        sun.angle = math.radians({"day": .6, "evening": 1.0, "overcast": 40}[kind])
        thing = bpy.data.objects.new("sun", sun)
        azimuth, height = math.radians(sun_azimuth_deg), math.radians(elevation)
        towards = Vector((math.sin(azimuth) * math.cos(height), math.cos(azimuth) * math.cos(height), math.sin(height)))
        thing.rotation_euler = towards.to_track_quat("Z", "Y").to_euler()
        scene.collection.objects.link(thing)
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.view_settings.exposure = {"day": .55, "overcast": .25, "evening": .75, "dusk": .9, "night": .3}[kind]


def add_camera(location, target, angle_deg, infrared=False):
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    thing = bpy.data.objects.new("camera", data)
    scene.collection.objects.link(thing)
    thing.location = location
    aim = (Vector(target) - Vector(location)).to_track_quat("-Z", "Y").to_euler()
    thing.rotation_euler = aim
    data.angle = math.radians(angle_deg)
    scene.camera = thing
    if infrared:
        lamp = bpy.data.lights.new("infrared", "SPOT")
        lamp.energy, lamp.spot_size, lamp.spot_blend, lamp.shadow_soft_size = 5200, math.radians(angle_deg * 1.15), .7, .06
        beam = bpy.data.objects.new("infrared", lamp)
        beam.location = Vector(location) + Vector((0, .12, .14))
        beam.rotation_euler = aim
        scene.collection.objects.link(beam)
    return thing


def set_render(width_px, height_px, samples, threads=2):
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.use_denoising, cycles.use_adaptive_sampling = "CPU", samples, False, False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 3, 1, 2, 0
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_direct, cycles.sample_clamp_indirect = 12, 2.5
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = width_px, height_px, 100
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.image_settings.file_format = "PNG"
    scene.render.use_persistent_data = True


def texture_folder():
    return tempfile.mkdtemp(prefix="plates-")
