"""A hotlist fed from a watched folder, over a real server: a file that is put there is matched, logged, and gone."""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Town  # noqa: E402

ROW = "{},VA0070100,20261101,{},VA,2027,2019,FORD,F15,PK,RED\n"
LONGEST_WAIT_S = 90  # a round every 5 s, and a file stands still for 10 s; the rest is a busy machine


class PullsTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.supervisor = self.town.officer("supervisor")
        self.list = self.town.hotlist(self.supervisor)
        self.supervisor.must("PUT", f"/api/v1/hotlists/{self.list}/source",
                             {"kind": "ncic-csv", "whole": True, "folder": "state", "warn_after_minutes": 60,
                              "stop_after_minutes": 120})
        self.folder = os.path.join(self.town.data, "drop", "state")

    def put(self, name, text, age_s=0):
        os.makedirs(self.folder, exist_ok=True)
        beside = os.path.join(self.folder, name + ".part")
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
        then = time.time() - age_s
        os.utime(beside, (then, then))
        os.rename(beside, os.path.join(self.folder, name))

    def pulls(self, count):
        until = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < until:
            items = self.supervisor.must("GET", f"/api/v1/hotlists/{self.list}/pulls")["items"]
            if len(items) >= count:
                return items
            time.sleep(0.5)
        self.fail(f"{count} files should stand in the log")

    def freshness(self):
        lists = self.supervisor.must("GET", "/api/v1/hotlists")["items"]
        return next(item for item in lists if item["id"] == self.list)["freshness"]["state"]

    def test_a_file_is_pulled_and_an_old_one_says_so_on_its_alerts_and_then_stops(self):
        dispatcher = self.town.officer("dispatcher")
        _, token = self.town.camera()
        self.put("extract.csv", ROW.format("V1", "ABC1230") + ROW.format("N2", "HUSH111"), age_s=90 * 60)
        pull = self.pulls(1)[0]
        self.assertEqual((pull["outcome"], pull["added"], pull["barred"]), ("applied", 1, 1))
        self.assertEqual(os.listdir(self.folder), [])
        entry = dispatcher.must("GET", f"/api/v1/ledger/entries/{pull['ledger_index']}")
        self.assertEqual(entry["kind"], "hotlist.pull")
        self.assertNotIn("ABC1230", str(entry))
        self.assertEqual(self.freshness(), "stale")
        self.town.upload(token, [self.town.read("ABC1230")])
        alert = dispatcher.must("GET", "/api/v1/alerts")["items"][0]
        self.assertTrue(alert["list_stale"])
        self.assertTrue(dispatcher.must("GET", f"/api/v1/alerts/{alert['id']}")["list_as_of"])

        self.put("older.csv", ROW.format("V1", "ABC1230") + ROW.format("V2", "ABC1231"), age_s=3 * 3600)
        self.assertEqual(self.pulls(2)[0]["outcome"], "applied")
        self.assertEqual(self.freshness(), "stopped")
        self.town.upload(token, [self.town.read("ABC1231")])
        self.assertEqual(len(dispatcher.must("GET", "/api/v1/alerts")["items"]), 1)

        self.put("wrong.csv", "1 is\n2 no extract\n")
        self.assertEqual(self.pulls(3)[0]["outcome"], "refused")
        self.assertIn("list-pulls", self.town.server.output())


if __name__ == "__main__":
    unittest.main()
