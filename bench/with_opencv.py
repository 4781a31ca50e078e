"""OpenCV and NumPy for benchmarks: `from with_opencv import cv2, np`. A python3 of another origin may shadow Debian's, which has the packages: then the
benchmark starts again with that one."""
import os
import sys

RETRIED = "GLASSHOUSE_BENCH_RETRIED"

try:
    import cv2
    import numpy as np
except ImportError:
    if os.path.exists("/usr/bin/python3") and os.environ.get(RETRIED) != "1":
        os.environ[RETRIED] = "1"
        os.execv("/usr/bin/python3", ["/usr/bin/python3", os.path.abspath(sys.argv[0]), *sys.argv[1:]])
    sys.exit(f"{sys.argv[0]}: install the Debian packages python3-opencv and python3-numpy")
