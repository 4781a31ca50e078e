"""`glasshouse read` as a person uses it: formats, folders, bad inputs, videos, streams that are down or drop.

GLASSHOUSE_BIN names the program (or the stand-alone glasshouse_read).
"""
import csv
import io
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rtsp_server import RtspServer  # noqa: E402

BINARY = os.environ["GLASSHOUSE_BIN"]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STILLS = os.path.join(ROOT, "samples", "stills")
PORT = 18_150


def run(*args, memory=None, timeout=120):
    command = [BINARY] if os.path.basename(BINARY) == "glasshouse_read" else [BINARY, "read"]
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
    done = subprocess.run(command + list(args), capture_output=True, timeout=timeout, preexec_fn=limit)
    done.out, done.err = done.stdout.decode(), done.stderr.decode()
    return done


def draw(path, picture, *more):
    """One picture made by FFmpeg's own test patterns."""
    subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture, "-frames:v", "1", *more, path],
                   check=True)


class ReadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dir = tempfile.mkdtemp(prefix="glasshouse-read-")
        cls.still = os.path.join(STILLS, "day-pickup-rear.jpg")
        cls.plain = os.path.join(cls.dir, "plain.jpg")
        draw(cls.plain, "color=c=gray:s=320x240")
        cls.clip = os.path.join(cls.dir, "clip.h264")
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=4", "-c:v",
                        "libx264", "-g", "10", "-pix_fmt", "yuv420p", "-bsf:v", "h264_mp4toannexb", "-f", "h264", cls.clip],
                       check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.dir)

    def path(self, name, content=None):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if content is not None:
            with open(path, "wb") as target:
                target.write(content)
        return path

    # --- what it prints ---

    def test_jsonl_holds_what_the_scorer_reads(self):
        done = run("--format", "jsonl", "--country", "us", self.still)
        self.assertEqual(done.returncode, 0, done.err)
        line = json.loads(done.out)
        self.assertEqual(line["source"], self.still)
        self.assertGreater(line["width"], 0)
        self.assertGreater(line["timing_ms"]["total"], 0)
        self.assertTrue(line["reads"], "no vehicle was found on the sample still")
        plates = [read["plate"] for read in line["reads"] if read["plate"]]
        self.assertTrue(plates, "no plate was read on the sample still")
        plate = plates[0]
        x, y, w, h = plate["box"]
        self.assertTrue(0 <= x < x + w <= line["width"] and 0 <= y < y + h <= line["height"], plate["box"])
        self.assertEqual(len(plate["characters"]), len(plate["text"]))
        self.assertEqual(plate["candidates"][0]["text"], plate["text"])
        self.assertLessEqual(len(plate["candidates"]), 10)
        self.assertIn("color", line["reads"][0]["vehicle"])

    def test_csv_has_a_header_and_equal_columns(self):
        done = run("--format", "csv", self.still, self.plain)
        rows = list(csv.reader(io.StringIO(done.out)))
        self.assertEqual(rows[0][0], "source")
        self.assertGreaterEqual(len(rows), 3)
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})

    def test_order_stays_with_several_threads(self):
        paths = []
        for i in range(12):
            paths.append(shutil.copy(self.plain if i % 4 else self.still, self.path(f"order/{i:02}.jpg")))
        done = run("--format", "jsonl", "--threads", "3", os.path.join(self.dir, "order"))
        self.assertEqual([json.loads(line)["source"] for line in done.out.splitlines()], paths)
        self.assertEqual(done.err, "", "progress goes to terminals only")

    def test_annotated_pictures_are_pictures(self):
        target = self.path("drawn/x")
        done = run("--annotate", target, self.still)
        self.assertEqual(done.returncode, 0, done.err)
        names = os.listdir(target)
        self.assertEqual(len(names), 1)
        with open(os.path.join(target, names[0]), "rb") as picture:
            self.assertEqual(picture.read(3), b"\xff\xd8\xff")

    def test_png_and_webp_are_read(self):
        for name, more in (("a.png", []), ("b.webp", ["-c:v", "libwebp"])):
            path = self.path("kinds/" + name)
            draw(path, "testsrc=s=320x240", *more)
            self.assertEqual(run(path).returncode, 0, name)

    # --- bad inputs: one message each, the others are still read ---

    def bad_inputs(self):
        with open(self.still, "rb") as still, open(self.plain, "rb") as plain:
            whole, huge = still.read(), bytearray(plain.read())
        at = huge.index(b"\xff\xc0")
        huge[at + 5:at + 9] = struct.pack(">HH", 65_500, 65_500)
        return {self.path("bad/truncated.jpg", whole[:len(whole) // 2]): "damaged",
                self.path("bad/huge.jpg", bytes(huge)): "65500 by 65500",
                self.path("bad/text.jpg", b"I am a text file.\n"): "not a picture",
                self.path("bad/empty.jpg", b""): "empty",
                os.path.join(self.dir, "missing-folder"): "no such file or folder"}

    def test_bad_inputs_are_told_and_the_others_read(self):
        bad = self.bad_inputs()
        done = run("--format", "jsonl", *bad, self.still)
        self.assertEqual(done.returncode, 1)
        self.assertEqual([json.loads(line)["source"] for line in done.out.splitlines()], [self.still])
        messages = done.err.splitlines()
        self.assertEqual(len(messages), len(bad), done.err)
        for path, word in bad.items():
            hits = [m for m in messages if path + ":" in m]
            self.assertEqual(len(hits), 1, path)
            self.assertIn(word, hits[0].lower())

    def test_memory_stays_bounded_whatever_a_header_claims(self):
        bad = self.bad_inputs()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = run(*[p for p in bad if "huge" in p])
        after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertEqual(done.returncode, 1)
        self.assertLess(max(before, after), 1_500_000, "kB; the claimed picture would take 12 GB")

    def test_wrong_usage_is_2(self):
        for args in ([], ["--format", "xml", self.plain], ["--country", "atlantis", self.plain],
                     ["--threads", "0", self.plain], ["--nonsense"]):
            done = run(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertTrue(done.err or done.out)

    def test_missing_models_are_told(self):
        done = run("--models", os.path.join(self.dir, "no-models"), self.plain)
        self.assertEqual(done.returncode, 1)
        self.assertIn("scripts/bootstrap", done.err)

    def test_help_is_not_an_error(self):
        done = run("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("--annotate", done.out)

    # --- video and streams ---

    def test_a_video_that_is_none_is_told(self):
        path = self.path("fake.mp4", b"no video at all")
        done = run(path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be opened", done.err)
        self.assertEqual(len(done.err.splitlines()), 1, done.err)

    def test_a_passing_gives_one_line(self):
        # The sample still slides past a fixed camera: one vehicle, one passing.
        path = self.path("passing.mp4")
        subprocess.run(["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", self.still, "-vf",
                        "scale=1280:-2,fps=8,crop=960:540:300-60*t:ih-540", "-t", "3", "-c:v", "libx264",
                        "-pix_fmt", "yuv420p", path], check=True)
        done = run("--format", "jsonl", "--country", "us", path, timeout=280)
        self.assertEqual(done.returncode, 0, done.err)
        plates = [r["plate"]["text"] for line in map(json.loads, done.out.splitlines()) for r in line["reads"] if r["plate"]]
        self.assertEqual(len(plates), len(set(plates)), "a plate was told twice")
        self.assertEqual(len(plates), 1, done.out)
        line = next(line for line in map(json.loads, done.out.splitlines()) if line["reads"][0]["plate"])
        self.assertGreater(line["frames_seen"], 3)
        self.assertLessEqual(line["first_ms"], line["best_ms"])
        self.assertLessEqual(line["best_ms"], line["last_ms"])

    def test_a_stream_that_is_down_is_told(self):
        begun = time.monotonic()
        done = run(f"rtsp://camera:secret@127.0.0.1:{PORT + 9}/x", self.still)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be opened", done.err)
        self.assertNotIn("secret", done.err + done.out)
        self.assertIn(os.path.basename(self.still), done.out)
        self.assertLess(time.monotonic() - begun, 60)

    def test_a_stream_that_drops_is_told_and_the_rest_is_read(self):
        with RtspServer(self.clip, PORT, fps=10, drop_after=15) as server:
            done = run(f"rtsp://127.0.0.1:{PORT}/clip", self.still)
            self.assertEqual(server.connections, 1)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stopped", done.err)
        self.assertEqual(len(done.err.splitlines()), 1, done.err)
        self.assertIn(os.path.basename(self.still), done.out)


if __name__ == "__main__":
    unittest.main()
