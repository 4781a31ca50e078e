"""Renders samples/stills and samples/truth.tsv. Run by scripts/render-samples:

    blender -b --python-exit-code 1 -P training/render/stills.py -- OUTPUT_DIR [NAME...]
"""
import math
import os
import subprocess
import sys
from dataclasses import dataclass

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy
from bpy_extras.object_utils import world_to_camera_view
from PIL import Image

import street
import vehicles

WIDTH_PX, HEIGHT_PX, SAMPLES = 1280, 720, 6
LANE = street.LANE_CENTER_M


@dataclass
class View:
    location: tuple
    target: tuple
    angle_deg: float
    seed: int


VIEWS = {
    "mill": View((0, -.5, 3.1), (9.5, -.55, 1.25), 34, 3),       # over the middle line
    "mill-right": View((0, -2.6, 3.3), (9.0, -1.35, 1.15), 32, 3),  # from the right kerb's pole
    "elm-left": View((0, 2.4, 3.2), (9.0, 1.5, 1.2), 31, 7),      # looks at oncoming traffic
    "bridge": View((0, -.35, 3.9), (9.2, -.22, 1.0), 30, 5),      # the clip's camera
    "quarry": View((0, -.2, 4.6), (15.0, -.1, 1.3), 21, 11),      # longer lens, farther off
}


@dataclass
class Passing:
    body: str
    color: str
    plate: str
    view: str  # rear: drives away in the right lane; front: comes in the left lane
    distance_m: float  # from the camera's pole to the plate
    shift_m: float = 0.0


@dataclass
class Still:
    name: str
    view: str
    light: str
    sun_deg: float
    passings: list


STILLS = [
    Still("day-sedan-rear", "mill-right", "day", 215, [Passing("sedan", "blue", "BHX 3094", "rear", 7.0)]),
    Still("day-suv-front", "elm-left", "day", 250, [Passing("suv", "silver", "7KRT412", "front", 7.2)]),
    Still("day-pickup-rear", "mill", "day", 235, [Passing("pickup", "red", "4MLX926", "rear", 7.9)]),
    Still("night-suv-rear", "mill-right", "night", 0, [Passing("suv", "black", "DVP 4471", "rear", 7.4)]),
    Still("day-van-front", "elm-left", "day", 280, [Passing("van", "white", "CWD 5518", "front", 7.6)]),
    Still("overcast-hatchback-rear", "mill", "overcast", 200, [Passing("hatchback", "green", "HJT 2267", "rear", 6.6)]),
    Still("overcast-two", "mill", "overcast", 200, [Passing("sedan", "black", "3FNY685", "rear", 7.4), Passing("suv", "red", "RGL 7153", "front", 9.6)]),
    Still("evening-suv-rear", "mill-right", "evening", 262, [Passing("suv", "gray", "WTB 6629", "rear", 7.2)]),
    Still("evening-pickup-front", "elm-left", "evening", 285, [Passing("pickup", "blue", "2VHP738", "front", 7.6)]),
    Still("dusk-sedan-rear", "mill-right", "dusk", 90, [Passing("sedan", "white", "KCM 3372", "rear", 7.0)]),
    Still("night-sedan-front", "elm-left", "night", 0, [Passing("sedan", "gray", "TYE 8843", "front", 7.2)]),
    Still("day-two", "quarry", "day", 205, [Passing("van", "white", "9BKU247", "rear", 13.0, -.1), Passing("hatchback", "orange", "NRF 5926", "front", 15.0)]),
]


def place(car, view, distance_m, shift_m=0.0):
    """Puts a vehicle so that its plate on the camera's side is `distance_m` along the street from the pole."""
    half = car.size[0] / 2
    car.root.location = (distance_m + half, (-LANE if view == "rear" else LANE) + shift_m, 0)
    car.root.rotation_euler = (0, 0, 0 if view == "rear" else math.pi)
    bpy.context.view_layer.update()


def plate_box_px(car, view, width_px=WIDTH_PX, height_px=HEIGHT_PX):
    """The plate's box in the picture as x, y, w, h, or None where it is not wholly in the frame."""
    scene = bpy.context.scene
    spots = [world_to_camera_view(scene, scene.camera, corner) for corner in car.plate_corners_world(view)]
    xs, ys = [p.x * width_px for p in spots], [(1 - p.y) * height_px for p in spots]
    if any(p.z <= 0 for p in spots) or min(xs) < 0 or min(ys) < 0 or max(xs) > width_px or max(ys) > height_px:
        return None
    return round(min(xs)), round(min(ys)), round(max(xs) - min(xs)), round(max(ys) - min(ys))


def finish(png, jpeg, infrared):
    """Takes out the renderer's grain, greys infrared pictures, writes the JPEG."""
    clean = png + ".clean.png"
    chain = "nlmeans=s=9:p=5:r=9" + (",hue=s=0" if infrared else "")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", png, "-vf", chain, clean], check=True)
    Image.open(clean).convert("RGB").save(jpeg, quality=88, optimize=True)
    os.remove(clean)
    os.remove(png)


def render(still, output_dir, textures):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    view, night = VIEWS[still.view], still.light == "night"
    dark = still.light in ("dusk", "night")
    street.build_street(view.seed, lamps_lit=still.light == "dusk")
    street.set_light(still.light, still.sun_deg)
    street.set_render(WIDTH_PX, HEIGHT_PX, SAMPLES)
    bpy.context.scene.cycles.max_bounces = 1
    street.add_camera(view.location, view.target, view.angle_deg, infrared=night)
    rows = []
    for passing in still.passings:
        car = vehicles.build_vehicle(passing.body, passing.color, passing.plate, textures, lights_on=dark,
                                     plate_glow=.55 if night else (.12 if dark else 0))
        place(car, passing.view, passing.distance_m, passing.shift_m)
        box = plate_box_px(car, passing.view)
        if box is None:
            raise SystemExit(f"{still.name}: the plate {car.plate} is outside the picture")
        rows.append([f"stills/{still.name}.jpg", car.plate, *map(str, box), passing.body, passing.color, passing.view, still.light])
    png = os.path.join(output_dir, still.name + ".png")
    bpy.context.scene.render.filepath = png
    bpy.ops.render.render(write_still=True)
    finish(png, os.path.join(output_dir, still.name + ".jpg"), night)
    return rows


def main(arguments):
    output_dir, wanted = arguments[0], arguments[1:]
    stills = [s for s in STILLS if not wanted or s.name in wanted]
    os.makedirs(os.path.join(output_dir, "stills"), exist_ok=True)
    textures = street.texture_folder()
    truth_path = os.path.join(output_dir, "truth.tsv")
    head = ["file", "plate", "x", "y", "w", "h", "body", "color", "view", "light"]
    known = {}
    if os.path.exists(truth_path):
        for line in open(truth_path, encoding="ascii").read().splitlines()[1:]:
            known.setdefault(line.split("\t")[0], []).append(line.split("\t"))
    for still in stills:
        rows = render(still, os.path.join(output_dir, "stills"), textures)
        known[rows[0][0]] = rows
        print("STILL", still.name, rows, flush=True)
        with open(truth_path, "w", encoding="ascii") as out:
            out.write("\t".join(head) + "\n")
            for name in sorted(known):
                for row in known[name]:
                    out.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main(sys.argv[sys.argv.index("--") + 1:])
