"""Outlines of makers' marks from npm, each package pinned by SHA-256 and fetched at the first call. Nothing of them is kept in the repository.

    simple_icon("ford", 384)              # mask 384 × 384, float 0..1; as the maker prints it today
    simple_icon("kia", 384, OLD_ICONS)    # as it was in 2020
    make_icon("nissan", 384)              # from car-makes-icons, drawn in 2017
"""
import functools
import hashlib
import json
import os
import re
import subprocess
import tarfile

import numpy as np

from badges.outlines import polygons, winding_mask

ICONS = "simple-icons@16.37.0", "cd9faf0e6faa8a8fdd15e9632ab4c86fcae4b986fe552b87673149847f2f671d"      # CC0-1.0
OLD_ICONS = "simple-icons@3.13.0", "1cc8f77eb894e490ecef2f982e9c8e9d1899367473d3a00a85062560366fe3e4"   # CC0-1.0
MAKE_ICONS = "car-makes-icons@1.0.0", "2fb60c8f583198a4b3ab73affe1af151e386497913504f2a092cf643da477bff"  # MIT
ICON_UNITS, MAKE_UNITS = 24.0, 1024.0  # an icon's side in its own units


def unpacked(pinned):
    """The folder of a package, fetched once and checked."""
    name, sha256 = pinned
    cache = os.environ.get("GLASSHOUSE_CACHE") or os.path.expanduser("~/.cache/glasshouse")
    folder = os.path.join(cache, "npm")
    tarball = os.path.join(folder, name.replace("@", "-") + ".tgz")
    out = tarball[: -len(".tgz")]
    if not os.path.isdir(out):
        os.makedirs(folder, exist_ok=True)
        if not os.path.exists(tarball):
            subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(tarball, "rb") as source:
            if hashlib.sha256(source.read()).hexdigest() != sha256:
                os.remove(tarball)
                raise SystemExit(f"{name} does not have the pinned sha256: it was removed and nothing of it is used")
        with tarfile.open(tarball) as archive:
            archive.extractall(out, [m for m in archive.getmembers() if m.name.startswith("package/icons/") or m.name.endswith("/selection.json")])
    return os.path.join(out, "package")


def filled(paths, units, side):
    """Every path by itself, one over another."""
    mask = np.zeros((side, side), np.float32)
    for path in paths:
        mask = np.maximum(mask, winding_mask(polygons(path), side / units, (side, side)))
    return mask


def simple_icon(name, side, pinned=ICONS):
    with open(os.path.join(unpacked(pinned), "icons", name + ".svg"), encoding="utf-8") as source:
        return filled(re.findall(r'\sd="([^"]+)"', source.read()), ICON_UNITS, side)


@functools.lru_cache(maxsize=1)
def make_paths():
    with open(os.path.join(unpacked(MAKE_ICONS), "dist", "selection.json"), encoding="utf-8") as source:
        return {icon["properties"]["name"]: icon["icon"]["paths"] for icon in json.load(source)["icons"]}


def make_icon(name, side):
    return filled(make_paths()[name], MAKE_UNITS, side)
