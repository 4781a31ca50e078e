"""kill -9 on either side: nothing that was acknowledged is lost, nothing is stored twice, every picture is sealed and opens.

A feeder drops reads into the camera's spool while server and camera are killed in random order. In the end every read
that was spooled stands on the server exactly once, and every wanted one among them counts on exactly one alert.

And bad days: a full disk, a clock that is set back, a damaged day file.
"""
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TINY_JPEG, AgeKey, Process, Town, new_id, rfc3339, spool_file  # noqa: E402

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


class BadDaysTest(unittest.TestCase):
    """A full disk, a clock that is set back, a damaged day: somebody is told, reads wait in the spool, the rest goes on."""

    def setUp(self):
        self.knobs = tempfile.mkdtemp(prefix="glasshouse-test-knobs-")
        self.addCleanup(shutil.rmtree, self.knobs)
        self.free, self.clock = os.path.join(self.knobs, "free"), os.path.join(self.knobs, "clock")
        self.town = Town()
        self.town.env = {"LD_PRELOAD": os.environ["GLASSHOUSE_FAULT_SHIM"], "FAULT_UNDER": self.town.data,
                         "FAULT_FREE": self.free, "FAULT_CLOCK": self.clock}
        self.addCleanup(self.town.__exit__)
        self.town.start()
        self.supervisor, self.officer = self.town.officer("supervisor"), self.town.officer("officer")
        self.case = self.town.case(self.supervisor, [self.officer])
        _, token = self.town.camera()
        self.spool = os.path.join(self.town.dir, "spool")
        self.camera = Process(["camera", "--source", "none", "--server", self.town.url, "--token-file", self.town.token_file(token),
                               "--spool", self.spool])
        self.addCleanup(self.camera.kill)

    def turn(self, knob, number):
        with open(knob + ".new", "w") as target:
            target.write(str(number))
        os.rename(knob + ".new", knob)

    def alarms(self):
        return {alarm["code"]: alarm for alarm in self.officer.must("GET", "/api/v1/overview")["alarms"]}

    def found(self):
        return {read["plate"]["text"] for read in self.town.search(self.officer, self.case, {
            "colors": ["red"], "from": rfc3339(time.time() - 3 * 86400), "to": rfc3339(time.time() + 86400)})}

    def waits(self, read):
        return os.path.exists(os.path.join(self.spool, read["id"] + ".json"))

    def spooled(self, plate, **more):
        read = self.town.read(plate, **more)
        spool_file(self.spool, read)
        return read

    def until(self, what, holds, seconds=40):
        end = time.time() + seconds
        while not holds():
            self.assertLess(time.time(), end, what + "\n" + self.camera.output()[-1500:] + self.town.server.output()[-1500:])
            time.sleep(0.1)

    def test_a_full_disk(self):
        first = self.spooled("FIRST1")
        self.until("it was not sent", lambda: not self.waits(first))
        self.assertEqual(self.alarms(), {})
        self.turn(self.free, 1_000_000)
        second = self.spooled("SECOND2")
        self.camera.wait_for("The server's disk is full")
        self.assertTrue(self.waits(second))
        self.assertIn("Free some room", self.alarms()["disk-full"]["next"])
        self.town.server.wait_for("disk-full: ")
        self.assertEqual(self.found(), {"FIRST1"}, "searches go on, and with them the log")
        self.turn(self.free, 0)  # others took even what was set aside
        self.assertIn("disk-full", self.alarms())
        status, answer = self.officer.post("/api/v1/search", {"case_id": self.case, "question": {"colors": ["red"]}})
        self.assertGreaterEqual(status, 500, "nothing is answered that could not be recorded")
        self.assertNotIn("FIRST1", str(answer))
        os.remove(self.free)
        self.until("it was lost", lambda: not self.waits(second))
        self.assertEqual(self.found(), {"FIRST1", "SECOND2"})
        self.assertEqual(self.alarms(), {})

    def test_a_clock_that_is_set_back(self):
        first = self.spooled("FIRST1")
        self.until("it was not sent", lambda: not self.waits(first))
        self.turn(self.clock, -3_600_000)
        self.assertIn("set back by 60 min", self.alarms()["clock-back"]["title"])
        second = self.spooled("SECOND2")
        self.until("it was not taken", lambda: not self.waits(second))
        self.assertEqual(self.found(), {"FIRST1", "SECOND2"})
        self.town.stop()
        self.town.start()  # as after a night without power, the clock's battery being empty
        self.assertIn("clock-behind-log", self.alarms())
        self.assertNotIn("clock-back", self.alarms())
        third = self.spooled("THIRD3")
        self.camera.wait_for("clock stands behind its own log")
        self.assertTrue(self.waits(third))
        self.turn(self.clock, 0)
        self.until("it was lost", lambda: not self.waits(third))
        self.assertEqual(self.alarms(), {})
        self.assertEqual(self.found(), {"FIRST1", "SECOND2", "THIRD3"})
        self.assertFalse(os.path.exists(os.path.join(self.spool, "refused")))

    def test_a_damaged_day(self):
        yesterday = time.time() - 86400
        reads = [self.spooled("OLDER1", at=yesterday), self.spooled("TODAY1")]
        self.until("they were not sent", lambda: not any(map(self.waits, reads)))
        self.camera.kill()
        self.town.stop()
        path = os.path.join(self.town.data, "reads", "days", time.strftime("%Y-%m-%d", time.gmtime(yesterday)) + ".db")
        with open(path, "r+b") as day:
            day.seek(0)
            day.write(b"\xff" * os.path.getsize(path))
        self.town.start()
        self.assertEqual(self.found(), {"TODAY1"})
        alarm = self.alarms()["day-damaged"]
        self.assertIn(time.strftime("%Y-%m-%d", time.gmtime(yesterday)), alarm["title"])
        self.town.server.wait_for("day-damaged: ")
        _, token = self.town.camera("Second camera")
        answer = self.town.upload(token, [self.town.read("LATER1"), self.town.read("LATER2", at=yesterday)])
        self.assertEqual(answer["stored"], 2, "today and even that day go on")
        self.assertEqual(self.found(), {"TODAY1", "LATER1", "LATER2"})
        self.assertIn("day-damaged", self.alarms(), "until somebody has looked after it")


if __name__ == "__main__":
    unittest.main()
