"""Lays the parts that clip.py rendered over the street and pipes the frames into ffmpeg.

    python3 training/render/compose_clip.py FRAMES_DIR samples/clip.mp4
"""
import json
import os
import subprocess
import sys

import numpy as np
from PIL import Image, ImageFilter

DIFFERS = 7.0  # blurred difference, of 255, from which on a place counts as changed


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


def main(frames_dir, clip_path):
    with open(os.path.join(frames_dir, "parts.json"), encoding="ascii") as there:
        plan = json.load(there)
    street = cleaned(os.path.join(frames_dir, "street.png"), 5.0)
    # A sensor's grain, the same everywhere, so that the laid-over part does not stand out.
    grain = [np.random.default_rng(i).normal(0, 1.6, (street.height, street.width, 1)).astype(np.float32) for i in range(5)]
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{street.width}x{street.height}", "-r", str(plan["fps"]), "-i", "-",
         "-c:v", "libx264", "-preset", "slow", "-crf", "20", "-g", "25", "-pix_fmt", "yuv420p", "-movflags", "+faststart", clip_path], stdin=subprocess.PIPE)
    for index in range(plan["frames"]):
        frame = street.copy()
        box = plan["parts"].get(str(index))
        if box:
            path = os.path.join(frames_dir, f"{index:04d}.png")
            part, fine = cleaned(path, 18.0, 7), cleaned(path, 4.0)
            part = matched(street.crop(box), part)
            for x, y, w, h in plan["plates"].get(str(index), []):  # letters stay as they were rendered
                spot = x - box[0] - 3, y - box[1] - 3, x - box[0] + w + 3, y - box[1] + h + 3
                part.paste(fine.crop(spot), spot[:2])
            frame.paste(part, tuple(box[:2]), changed(street.crop(box), part))
        noisy = np.asarray(frame, np.float32) + grain[index % len(grain)]
        encoder.stdin.write(noisy.clip(0, 255).astype(np.uint8).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("compose_clip: ffmpeg failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
