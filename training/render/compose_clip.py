"""Lays the parts that clip.py rendered over the street, pipes the frames into ffmpeg, keeps some as stills.

    python3 training/render/compose_clip.py FRAMES_DIR samples
"""
import json
import os
import subprocess
import sys

import numpy as np
from PIL import Image, ImageFilter

DIFFERS = 7.0  # blurred difference, of 255, from which on a place counts as changed

# Frames that become stills too: name, and plate, body, color, view of each vehicle whose plate is in the frame.
KEPT = {
    0: ("bridge-empty", []),
    15: ("bridge-sedan-rear", [("KRB7248", "sedan", "silver", "rear")]),
    47: ("bridge-suv-front", [("4TMX397", "suv", "blue", "front")]),
    70: ("bridge-pickup-rear", [("HDL6934", "pickup", "white", "rear")]),
    96: ("bridge-hatchback-rear", [("6ZNA743", "hatchback", "yellow", "rear")]),
    131: ("bridge-two", [("VYB8316", "suv", "black", "rear"), ("RJF4927", "sedan", "orange", "front")]),
    137: ("bridge-sedan-front", [("VYB8316", "suv", "black", "rear"), ("RJF4927", "sedan", "orange", "front")]),
}


def cleaned(path, strength, patch=5):
    """The picture without most of the renderer's grain."""
    size = Image.open(path).size
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", f"nlmeans=s={strength}:p={patch}:r=9", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         check=True, capture_output=True).stdout
    return Image.frombytes("RGB", size, raw)


def matched(street, part):
    """The part, brought to the street's brightness: tone mapping makes few samples a little darker than many."""
    apart = np.asarray(street, np.float32) - np.asarray(part, np.float32)
    alike = np.abs(apart).max(axis=2) < 14
    shift = apart[alike].mean(axis=0) if alike.any() else np.zeros(3)
    return Image.fromarray((np.asarray(part, np.float32) + shift).clip(0, 255).astype(np.uint8))


def changed(street, part):
    """A soft mask of where the part shows something else than the street; grain alone does not count."""
    blur = ImageFilter.GaussianBlur(3)
    apart = np.abs(np.asarray(street.filter(blur), np.float32) - np.asarray(part.filter(blur), np.float32)).max(axis=2)
    mask = Image.fromarray(((apart > DIFFERS) * 255).astype(np.uint8))
    mask = mask.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(15)).filter(ImageFilter.MinFilter(5))
    return mask.filter(ImageFilter.GaussianBlur(2))


def keep(output_dir, index, frame, plates):
    """Saves a frame as a still and returns its lines of truth. `plates` are boxes with a margin of 4 pixels."""
    name, seen = KEPT[index]
    frame.save(os.path.join(output_dir, "stills", name + ".jpg"), quality=88, optimize=True)
    file = f"stills/{name}.jpg"
    if len(seen) != len(plates):
        raise SystemExit(f"compose_clip: {name} shows {len(plates)} plates, not {len(seen)}: adapt KEPT to the clip")
    rows = [[file, plate, left + 4, top + 4, right - left - 8, bottom - top - 8, body, color, view, "day"]
            for (plate, body, color, view), (left, top, right, bottom) in zip(seen, plates)]
    return rows or [[file] + ["-"] * 8 + ["day"]]


def add_truth(output_dir, rows):
    path = os.path.join(output_dir, "truth.tsv")
    with open(path, encoding="ascii") as there:
        head, *lines = there.read().splitlines()
    new = {row[0] for row in rows}
    lines = [line for line in lines if line.split("\t")[0] not in new] + ["\t".join(map(str, row)) for row in rows]
    with open(path, "w", encoding="ascii") as out:
        out.write("\n".join([head, *sorted(lines)]) + "\n")


def main(frames_dir, output_dir):
    clip_path = os.path.join(output_dir, "clip.mp4")
    with open(os.path.join(frames_dir, "clip.json"), encoding="ascii") as there:
        plan = json.load(there)
    street = cleaned(os.path.join(frames_dir, "street.png"), 5.0)
    # A sensor's grain, the same everywhere, so that the laid-over part does not stand out.
    grain = [np.random.default_rng(i).normal(0, 1.6, (street.height, street.width, 1)).astype(np.float32) for i in range(5)]
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{street.width}x{street.height}", "-r", str(plan["fps"]), "-i", "-",
         "-c:v", "libx264", "-preset", "slow", "-crf", "20", "-g", "25", "-pix_fmt", "yuv420p", "-movflags", "+faststart", clip_path], stdin=subprocess.PIPE)
    truth = []
    for index in range(plan["frames"]):
        frame, laid = street.copy(), {"plates": []}
        path = os.path.join(frames_dir, f"{index:04d}")
        if os.path.exists(path + ".json"):
            with open(path + ".json", encoding="ascii") as there:
                laid = json.load(there)
            box = laid["box"]
            part = cleaned(path + ".png", 20.0, 7).resize((box[2] - box[0], box[3] - box[1]), Image.LANCZOS)
            part = matched(street.crop(box), part)
            mask = changed(street.crop(box), part)
            for number, (left, top, right, bottom) in enumerate(laid["plates"]):
                plate = cleaned(f"{path}.plate{number}.png", 4.0)
                part.paste(plate, (left - box[0], top - box[1]))
            frame.paste(part, tuple(box[:2]), mask)
        if index in KEPT:
            truth += keep(output_dir, index, frame, laid["plates"])
        noisy = np.asarray(frame, np.float32) + grain[index % len(grain)]
        encoder.stdin.write(noisy.clip(0, 255).astype(np.uint8).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("compose_clip: ffmpeg failed")
    add_truth(output_dir, truth)


if __name__ == "__main__":
    main(*sys.argv[1:])
