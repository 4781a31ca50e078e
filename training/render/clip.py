"""Renders the frames of samples/clip.mp4 and writes samples/clip_truth.tsv. Run by scripts/render-samples:

    blender -b --python-exit-code 1 -P training/render/clip.py -- OUTPUT_DIR FRAMES_DIR

The street is rendered once; of every frame only the part that a vehicle and its shadow can reach. compose_clip.py
lays the parts over the street. Parts that already lie in FRAMES_DIR are kept, so an interrupted run goes on where it stopped.
"""
import json
import os
import sys
from dataclasses import dataclass

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector

import stills
import street
import vehicles

FPS, LENGTH_S = 10, 20.4
WIDTH_PX, HEIGHT_PX = stills.WIDTH_PX, stills.HEIGHT_PX
STREET_SAMPLES, VEHICLE_SAMPLES, PLATE_SAMPLES = 16, 4, 6
VEHICLE_SCALE = 50  # percent: bodies are rendered at half the size and plates at full, which costs a third
SUN_DEG = 248.0
CAMERA = stills.VIEWS["bridge"]
LEAVES_AT_M = 24.0  # farther off nothing of a vehicle is in the picture
ENTERS_AT_M = 5.4


@dataclass
class Pass:
    body: str
    color: str
    plate: str
    view: str
    starts_s: float
    speed_mps: float

    def distance_m(self, time_s):
        """Where the plate is along the street, from the pole, or None while the vehicle is out of sight."""
        gone = (time_s - self.starts_s) * self.speed_mps
        if gone < 0:
            return None
        length = vehicles.SHAPES[self.body].length
        if self.view == "rear":  # comes in from below the picture, nose first
            distance = ENTERS_AT_M - length + gone
            return distance if distance < LEAVES_AT_M else None
        distance = LEAVES_AT_M - gone
        return distance if distance > ENTERS_AT_M - length else None


PASSES = [
    Pass("sedan", "silver", "KRB 7248", "rear", 0.6, 10.0),
    Pass("suv", "blue", "4TMX397", "front", 3.3, 10.0),
    Pass("pickup", "white", "HDL 6934", "rear", 6.0, 10.0),
    Pass("hatchback", "yellow", "6ZNA743", "rear", 9.0, 10.5),
    Pass("suv", "black", "VYB 8316", "rear", 12.0, 10.0),
    Pass("sedan", "orange", "RJF 4927", "front", 12.3, 10.0),
]


def reach_px(car, sun):
    """The part of the picture that the vehicle and its shadow can touch: left, top, right, bottom."""
    scene = bpy.context.scene
    length, width, height = car.size
    half = (length / 2 + .15, width / 2 + .28, height + .1)
    points = [car.root.matrix_world @ Vector((x, y, z)) for x in (-half[0], half[0]) for y in (-half[1], half[1]) for z in (0, half[2])]
    points += [p - sun * (p.z / sun.z) for p in points if p.z > 0]
    spots = [world_to_camera_view(scene, scene.camera, p) for p in points]
    spots = [s for s in spots if s.z > .3]
    if not spots:
        return None
    left, right = min(s.x for s in spots) * WIDTH_PX - 14, max(s.x for s in spots) * WIDTH_PX + 14
    top, bottom = (1 - max(s.y for s in spots)) * HEIGHT_PX - 14, (1 - min(s.y for s in spots)) * HEIGHT_PX + 14
    if any(s.z <= .3 for s in (world_to_camera_view(scene, scene.camera, p) for p in points)):
        bottom, left, right = HEIGHT_PX, min(left, 0), max(right, WIDTH_PX)
    box = max(0, int(left)), max(0, int(top)), min(WIDTH_PX, int(right) + 1), min(HEIGHT_PX, int(bottom) + 1)
    return box if box[2] - box[0] > 2 and box[3] - box[1] > 2 else None


def render_part(box, path, samples, scale=100):
    """Renders a part of the picture to `path`, whole or not at all."""
    render = bpy.context.scene.render
    bpy.context.scene.cycles.samples, render.resolution_percentage = samples, scale
    render.use_border = render.use_crop_to_border = True
    left, top, right, bottom = box
    render.border_min_x, render.border_max_x = left / WIDTH_PX, right / WIDTH_PX
    render.border_min_y, render.border_max_y = 1 - bottom / HEIGHT_PX, 1 - top / HEIGHT_PX
    render.filepath = path + ".unfinished.png"
    bpy.ops.render.render(write_still=True)
    os.replace(render.filepath, path)


def main(output_dir, frames_dir):
    os.makedirs(frames_dir, exist_ok=True)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    street.build_street(CAMERA.seed)
    street.set_light("day", SUN_DEG)
    street.set_render(WIDTH_PX, HEIGHT_PX, STREET_SAMPLES)
    street.add_camera(CAMERA.location, CAMERA.target, CAMERA.angle_deg)
    scene = bpy.context.scene
    scene.cycles.max_bounces = 1  # the sky and what the sun lights directly; more would double the time
    sun_object = next(o for o in scene.objects if o.name == "sun")
    bpy.context.view_layer.update()
    sun = sun_object.matrix_world.to_quaternion() @ Vector((0, 0, 1))
    street_path = os.path.join(frames_dir, "street.png")
    if not os.path.exists(street_path):
        render_part((0, 0, WIDTH_PX, HEIGHT_PX), street_path, STREET_SAMPLES)
    textures = street.texture_folder()
    cars = [vehicles.build_vehicle(p.body, p.color, p.plate, textures) for p in PASSES]
    turns = [[wheel.rotation_euler.y for wheel in car.wheels] for car in cars]
    seen = {}
    for index in range(round(FPS * LENGTH_S)):
        time_s = index / FPS
        boxes, plates = [], []
        for number, (passing, car) in enumerate(zip(PASSES, cars)):
            distance = passing.distance_m(time_s)
            for thing in [car.root, *car.root.children_recursive]:
                thing.hide_render = distance is None
            if distance is None:
                car.root.location = (-500, 0, 0)
                continue
            stills.place(car, passing.view, distance)
            for wheel, turn in zip(car.wheels, turns[number]):
                wheel.rotation_euler.y = turn + (time_s - passing.starts_s) * passing.speed_mps / vehicles.SHAPES[passing.body].wheel_radius
            plate = stills.plate_box_px(car, passing.view)
            if plate:
                plates.append((max(0, plate[0] - 4), max(0, plate[1] - 4), min(WIDTH_PX, plate[0] + plate[2] + 4), min(HEIGHT_PX, plate[1] + plate[3] + 4)))
                first, _, widest = seen.get(number, (time_s, time_s, 0))
                seen[number] = first, time_s, max(widest, plate[2])
            reach = reach_px(car, sun)
            if reach:
                boxes.append(reach)
        if not boxes:
            continue
        box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        path = os.path.join(frames_dir, f"{index:04d}")
        if os.path.exists(path + ".json"):
            continue
        box = tuple(v // 4 * 4 for v in box[:2]) + tuple(-(-v // 4) * 4 for v in box[2:])
        scene.cycles.seed = index
        render_part(box, path + ".png", VEHICLE_SAMPLES, VEHICLE_SCALE)
        for number, plate in enumerate(plates):
            render_part(plate, f"{path}.plate{number}.png", PLATE_SAMPLES)
        with open(path + ".json", "w", encoding="ascii") as out:
            json.dump({"box": box, "plates": plates}, out)
        print("FRAME", index, box, flush=True)
    with open(os.path.join(frames_dir, "clip.json"), "w", encoding="ascii") as out:
        json.dump({"fps": FPS, "frames": round(FPS * LENGTH_S)}, out)
    with open(os.path.join(output_dir, "clip_truth.tsv"), "w", encoding="ascii") as out:
        out.write("plate\tfirst_s\tlast_s\tbody\tcolor\tview\twidest_px\n")
        for number, passing in enumerate(PASSES):
            first, last, widest = seen[number]
            out.write(f"{passing.plate.replace(' ', '')}\t{first:.2f}\t{last:.2f}\t{passing.body}\t{passing.color}\t{passing.view}\t{widest}\n")


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1:])
