"""kill -9 on either side: nothing that was acknowledged is lost, nothing is stored twice, every picture is sealed and opens.

A feeder drops reads into the camera's spool while server and camera are killed in random order. In the end every read
that was spooled stands on the server exactly once, and every wanted one among them counts on exactly one alert.
"""
import os
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TINY_JPEG, AgeKey, Process, Town, new_id, spool_file  # noqa: E402

KILLS = 12
WANTED_EVERY, PICTURE_EVERY = 25, 10


class CameraCrashTest(unittest.TestCase):
    def test_every_read_arrives_once(self):
        with Town() as town:
            supervisor, officer = town.officer("supervisor"), town.officer("officer")
            case = town.case(supervisor, [officer])
            hotlist = town.hotlist(supervisor)
            town.wanted(supervisor, hotlist, "STOLEN1")
            _, token = town.camera()
            spool = os.path.join(town.dir, "spool")
            arguments = ["camera", "--source", "none", "--server", town.url, "--token-file", town.token_file(token), "--spool", spool]
            camera = Process(arguments)
            spooled, wanted, pictured, stop = [], [], [], threading.Event()

            def feed():
                number = 0
                while not stop.is_set():
                    number += 1
                    is_wanted = number % WANTED_EVERY == 0
                    upload = town.read("STOLEN1" if is_wanted else f"T{number:06d}",
                                       picture=TINY_JPEG if number % PICTURE_EVERY == 0 else None)
                    spool_file(spool, upload)
                    if "picture_jpeg" in upload:
                        pictured.append(upload["id"])
                    spooled.append(upload["id"])
                    if is_wanted:
                        wanted.append(upload["id"])
                    time.sleep(0.02)

            feeder = threading.Thread(target=feed)
            feeder.start()
            chance = random.Random(11)
            killed = {"server": 0, "camera": 0}
            try:
                for _ in range(KILLS):
                    time.sleep(chance.uniform(0.2, 1.2))
                    if chance.random() < 0.5:
                        town.kill()
                        killed["server"] += 1
                        time.sleep(chance.uniform(0, 0.3))
                        town.start()
                    else:
                        camera.kill()
                        killed["camera"] += 1
                        camera = Process(arguments)
            finally:
                stop.set()
                feeder.join()
            self.assertGreaterEqual(min(killed.values()), 3, killed)
            end = time.time() + 120
            while time.time() < end and any(name.endswith(".json") for name in os.listdir(spool)):
                self.assertTrue(camera.running(), camera.output()[-2000:])
                time.sleep(0.1)
            left = [name for name in os.listdir(spool) if name.endswith(".json")]
            self.assertEqual(left, [], camera.output()[-2000:])
            self.assertEqual(camera.stop(), 0)
            for folder in ("damaged", "refused"):
                self.assertFalse(os.path.exists(os.path.join(spool, folder)), camera.output()[-2000:])

            stored = [read["id"] for read in town.search(officer, case, {"colors": ["red"]})]
            self.assertEqual(len(stored), len(set(stored)), "a read is stored twice")
            self.assertEqual(set(stored), set(spooled))
            key = AgeKey(town.dir)
            self.assertGreater(len(pictured), 10)
            for read in pictured:
                status, sealed, _ = officer.request("GET", f"/api/v1/reads/{read}/picture?case_id={case}&to={key.recipient}", raw=True)
                self.assertEqual(status, 200, sealed)
                self.assertTrue(key.open(sealed).startswith(TINY_JPEG))
            alerted, cursor = [], None
            while True:
                page = officer.must("GET", "/api/v1/alerts?limit=200" + (f"&cursor={cursor}" if cursor else ""))
                alerted += page["items"]
                cursor = page.get("next_cursor")
                if not cursor:
                    break
            # Reads of one passing share an alert, which counts them; a restart of the server begins a new one.
            self.assertEqual(sum(item["reads"] for item in alerted), len(wanted))
            reads = [officer.must("GET", f"/api/v1/alerts/{item['id']}")["read"]["id"] for item in alerted]
            self.assertEqual(len(reads), len(set(reads)))
            self.assertLessEqual(set(reads), set(wanted))

    def test_a_second_camera_does_not_take_the_same_spool(self):
        with Town() as town:
            _, token = town.camera()
            arguments = ["camera", "--source", "none", "--server", town.url, "--token-file", town.token_file(token), "--spool",
                         os.path.join(town.dir, "spool")]
            first = Process(arguments)
            first.wait_for("camera runs")
            second = Process(arguments)
            self.assertEqual(second.ended(), 1)
            self.assertIn("in use", second.output())
            self.assertEqual(first.stop(), 0)

    def test_the_token_is_not_taken_from_the_command_line_and_not_logged(self):
        with Town() as town:
            camera_id, token = town.camera()
            wrong = Process(["camera", "--source", "none", "--server", town.url, "--token", token])
            self.assertEqual(wrong.ended(), 2)
            self.assertNotIn(token, wrong.output())
            spool = os.path.join(town.dir, "spool")
            camera = Process(["camera", "--source", "none", "--server", town.url, "--spool", spool],
                             env={"GLASSHOUSE_DEVICE_TOKEN": token})
            upload = town.read("ABC1234")
            spool_file(spool, upload)
            end = time.time() + 20
            while time.time() < end and os.path.exists(os.path.join(spool, upload["id"] + ".json")):
                time.sleep(0.1)
            camera.stop()
            self.assertFalse(os.path.exists(os.path.join(spool, upload["id"] + ".json")), camera.output())
            self.assertNotIn(token, camera.output() + town.server.output())
            self.assertNotIn("ABC1234", camera.output() + town.server.output())
            health = town.administrator().must("GET", f"/api/v1/cameras/{camera_id}")
            self.assertEqual(health["source_state"], "waiting")

    def test_with_a_wrong_token_reads_wait(self):
        with Town() as town:
            spool = os.path.join(town.dir, "spool")
            spool_file(spool, town.read("ABC1234"))
            camera = Process(["camera", "--source", "none", "--server", town.url, "--spool", spool],
                             env={"GLASSHOUSE_DEVICE_TOKEN": new_id("wrong")})
            camera.wait_for("This camera's token is not known")
            camera.stop()
            self.assertEqual(len([name for name in os.listdir(spool) if name.endswith(".json")]), 1)


if __name__ == "__main__":
    unittest.main()
