"""Cutting plates out of pictures."""
import cv2
import numpy as np


def warp(picture, corners_px, size, margin=(0.0, 0.0), interpolation=cv2.INTER_LINEAR):
    """The quadrilateral of `picture` as an upright picture of `size` (w, h), with margins as shares of its own width and height.

    Where the picture is larger than the target by more than two, it is first made smaller, so that nothing aliases.
    """
    corners = np.asarray(corners_px, np.float32)
    w, h = size
    across = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]), 1e-3)
    down = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]), 1e-3)
    shrink = min(across / w, down / h)
    if shrink > 1.6:
        picture = cv2.resize(picture, None, fx=1.25 / shrink, fy=1.25 / shrink, interpolation=cv2.INTER_AREA)
        corners = corners * (1.25 / shrink)
    mx, my = margin[0] * w / (1 + 2 * margin[0]), margin[1] * h / (1 + 2 * margin[1])
    target = np.float32([[mx, my], [w - mx, my], [w - mx, h - my], [mx, h - my]])
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, target), (w, h), flags=interpolation, borderMode=cv2.BORDER_REPLICATE)
