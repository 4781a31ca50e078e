"""Hotlist, hit, verification, outcome, over HTTP: every step in its order, every step in the ledger."""
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import AgeKey, TINY_JPEG, Town, rfc3339, stored_in  # noqa: E402

ALL = ["plate", "region", "body", "color"]


class AlertsTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.supervisor, self.dispatcher = self.town.officer("supervisor"), self.town.officer("dispatcher")
        self.list = self.town.hotlist(self.supervisor)
        _, self.token = self.town.camera()

    def alerts(self):
        return self.dispatcher.must("GET", "/api/v1/alerts")["items"]

    def test_a_hit_goes_through_a_person_step_by_step(self):
        self.town.wanted(self.supervisor, self.list, "ABC1230", region="us-va", color="red", body="sedan")
        read = self.town.read("ABC1230", picture=TINY_JPEG)
        self.town.send_by_camera(self.token, [read])
        del read["picture_jpeg"]
        self.assertEqual(self.town.upload(self.token, [read])["already_known"], 1)
        alerts = self.alerts()
        self.assertEqual(len(alerts), 1, "the same read twice is one alert")
        self.town.upload(self.token, [self.town.read("ABC1230")])
        alerts = self.alerts()
        self.assertEqual([alert["reads"] for alert in alerts], [2], "a second read of the passing is counted on it")
        self.assertEqual((alerts[0]["state"], alerts[0]["kind"]), ("pending", "exact"))
        self.assertNotIn("ABC1230", str(alerts), "the queue shows no plate")
        path = "/api/v1/alerts/" + alerts[0]["id"]
        shown = self.dispatcher.must("GET", path)
        self.assertEqual([a["verdict"] for a in shown["agreements"][:4]], ["same"] * 4)
        self.assertEqual(self.dispatcher.get(path + "/picture")[0], 422, "it is sealed")
        key = AgeKey(self.town.dir)
        status, picture, _ = self.dispatcher.request("GET", path + "/picture?to=" + key.recipient, raw=True)
        self.assertEqual(status, 200)
        self.assertTrue(key.open(picture).startswith(TINY_JPEG))
        self.assertEqual(self.dispatcher.post(path + "/outcome", {"code": "recovered"})[0], 409)
        self.assertEqual(self.dispatcher.post(path + "/decision", {"decision": "confirm", "reason_code": "all-agree",
                                                                   "compared": ["plate"]})[0], 422)
        decided = self.dispatcher.must("POST", path + "/decision", {"decision": "confirm", "reason_code": "all-agree", "compared": ALL})
        self.assertEqual(decided["state"], "confirmed")
        self.assertEqual(self.dispatcher.post(path + "/decision", {"decision": "reject", "reason_code": "misread",
                                                                   "compared": []})[0], 409)
        closed = self.dispatcher.must("POST", path + "/outcome", {"code": "recovered"})
        self.assertEqual(closed["state"], "closed")
        kinds = {item["index"]: item["kind"] for item in self.dispatcher.must("GET", "/api/v1/ledger/entries?limit=200")["items"]}
        self.assertEqual(kinds[decided["decision"]["ledger_index"]], "alert.confirm")
        self.assertEqual(kinds[closed["outcome"]["ledger_index"]], "alert.outcome")

    def test_differences_and_stale_entries_are_not_waved_through(self):
        entry = self.town.wanted(self.supervisor, self.list, "ABC123O", region="us-md", body="pickup")
        self.town.upload(self.token, [self.town.read("ABC1230")])
        alert = self.alerts()[0]
        self.assertEqual(alert["kind"], "possible")
        self.assertLess(alert["rank"], 0.4)
        path = "/api/v1/alerts/" + alert["id"] + "/decision"
        self.assertEqual(self.dispatcher.post(path, {"decision": "confirm", "reason_code": "all-agree", "compared": ALL})[0], 422)
        explained = {"decision": "confirm", "reason_code": "difference-explained", "compared": ALL}
        self.assertEqual(self.dispatcher.post(path, explained)[0], 422, "needs a note")
        self.supervisor.must("PATCH", f"/api/v1/hotlists/{self.list}/entries/{entry['id']}", {"active": False})
        self.assertEqual(self.dispatcher.post(path, {**explained, "note": "seen"})[0], 409, "the entry was ended")
        rejected = self.dispatcher.must("POST", path, {"decision": "reject", "reason_code": "stale-entry", "compared": []})
        self.assertEqual(rejected["state"], "rejected")
        self.town.upload(self.token, [self.town.read("ABC1230")])
        self.assertEqual(len(self.alerts()), 1, "an ended entry hits no more")

    def test_a_stop_of_high_risk_needs_two_people(self):
        colleague = self.town.officer("officer")
        self.supervisor.must("PUT", f"/api/v1/hotlists/{self.list}/source", {"kind": "plain", "second_look": True})
        self.town.wanted(self.supervisor, self.list, "ABC1230", region="us-va", color="red", body="sedan")
        self.town.upload(self.token, [self.town.read("ABC1230")])
        alert = self.alerts()[0]
        self.assertEqual((alert["second_look"], alert["looks_needed"]), (True, 2))
        path = "/api/v1/alerts/" + alert["id"]
        yes = {"decision": "confirm", "reason_code": "all-agree", "compared": ALL}
        first = self.dispatcher.must("POST", path + "/decision", yes)
        self.assertEqual((first["state"], first["looks_needed"], first["first_look"]["by_me"]), ("pending", 1, True))
        status, refused = self.dispatcher.post(path + "/decision", yes)
        self.assertEqual((status, refused["type"]), (409, "/problems/same-person"), "nobody is two people")
        self.assertFalse(colleague.must("GET", path)["first_look"]["by_me"])
        self.assertEqual(colleague.post(path + "/decision", {**yes, "compared": ["plate"]})[0], 422, "the second compares too")
        second = colleague.must("POST", path + "/decision", yes)
        self.assertEqual((second["state"], second["looks_needed"]), ("confirmed", 0))
        kinds = {item["index"]: item["kind"] for item in self.dispatcher.must("GET", "/api/v1/ledger/entries?limit=200")["items"]}
        self.assertEqual(kinds[second["first_look"]["ledger_index"]], "alert.first-look")
        self.assertEqual(kinds[second["decision"]["ledger_index"]], "alert.confirm")

    def test_who_may_and_what_is_recorded(self):
        officer = self.town.officer("officer")
        self.assertEqual(officer.post("/api/v1/hotlists", {"name": "Mine"})[0], 403)
        self.assertEqual(self.dispatcher.post(f"/api/v1/hotlists/{self.list}/entries", {
            "plate": "ABC1", "reason": "x", "case_number": "1", "expires_at": rfc3339(time.time() + 99)})[0], 403)
        csv = b"plate,reason,case,expires\nZZZ1234,Stolen,26-1,2027-01-01\nBAD$,x,1,2027-01-01\nQQQ1,,1,2027-01-01\n"
        status, preview = self.supervisor.request("POST", f"/api/v1/hotlists/{self.list}/import", csv,
                                                  headers={"Content-Type": "text/csv"})
        self.assertEqual(status, 201, preview)
        self.assertEqual((preview["to_add"], preview["refused_count"]), (1, 2))
        self.assertEqual([row["line"] for row in preview["refused"]], [3, 4])
        commit = f"/api/v1/hotlists/{self.list}/import/{preview['id']}/commit"
        done = self.supervisor.must("POST", commit, {})
        self.assertEqual(done["added"], 1)
        self.assertEqual(self.supervisor.post(commit)[0], 410)
        entry = self.dispatcher.must("GET", f"/api/v1/ledger/entries/{done['ledger_index']}")
        self.assertEqual(entry["kind"], "hotlist.import")
        fields = {field["name"]: field["value"] for field in entry["fields"]}
        self.assertEqual(fields.get("count"), "1")
        self.assertNotIn("ZZZ1234", str(fields))
        self.town.upload(self.token, [self.town.read("ZZZ1234")])
        self.assertEqual(len(self.alerts()), 1)

    def test_an_extract_is_filtered_before_anything_else_and_its_source_is_recorded(self):
        source = f"/api/v1/hotlists/{self.list}/source"
        self.assertEqual(self.dispatcher.request("PUT", source, {"kind": "ncic-csv"})[0], 403)
        self.assertEqual(self.supervisor.request("PUT", source, {"kind": "ncic-csv", "files": ["immigration-violator"]})[0], 422)
        status, problem = self.supervisor.request("PUT", source, {"kind": "mapped", "format_text": "format = 1\n"})
        self.assertEqual((status, problem["type"]), (422, "/problems/bad-format"))
        column_map = ('format = 1\nlayout = "csv"\n[columns.plate]\nname = "TAG"\n'
                      '[constants]\nreason = "Stolen vehicle"\ncase = "State file"\n')
        self.supervisor.must("PUT", source, {"kind": "mapped", "format_text": column_map})
        self.assertEqual(self.dispatcher.must("GET", source)["format_text"], column_map)
        saved = self.supervisor.must("PUT", source, {"kind": "ncic-csv", "term_days": 3, "whole": True})
        self.assertEqual((saved["term_days"], saved["whole"]), (3, True))
        files = {item["file"]: item["standing"] for item in self.dispatcher.must("GET", "/api/v1/hotlist-files")["items"]}
        self.assertEqual((files["immigration-violator"], files["stolen-vehicle"]), ("never", "taken"))
        row = "{},VA0070100,20261101,{},VA,2027,2019,FORD,F15,PK,RED\n"
        text = (row.format("V1", "ABC1230") + row.format("N2", "HUSH111") + row.format("Q3", "HUSH222")).encode()
        status, preview = self.supervisor.request("POST", f"/api/v1/hotlists/{self.list}/import", text,
                                                  headers={"Content-Type": "text/plain"})
        self.assertEqual(status, 201, preview)
        self.assertEqual((preview["kind"], preview["to_add"], preview["barred_count"], preview["refused_count"]), ("ncic-csv", 1, 1, 1))
        self.assertEqual(preview["barred"][0]["file"], "immigration-violator")
        self.assertNotIn("HUSH", str(preview))
        self.supervisor.must("POST", f"/api/v1/hotlists/{self.list}/import/{preview['id']}/commit", {})
        self.assertNotIn("HUSH", str(self.supervisor.must("GET", f"/api/v1/hotlists/{self.list}/entries")))
        for name, content in stored_in(self.town.data):
            self.assertNotIn(b"HUSH", content, name)
        self.town.upload(self.token, [self.town.read("ABC1230"), self.town.read("HUSH111")])
        self.assertEqual(len(self.alerts()), 1)
        kinds = [item["kind"] for item in self.dispatcher.must("GET", "/api/v1/ledger/entries?limit=200")["items"]]
        self.assertIn("hotlist.source", kinds)

    @staticmethod
    def listen(who, log):
        for kind, _ in who.events():
            log.append(kind)

    def until(self, done, meanwhile):
        end = time.monotonic() + 30
        while not done():
            self.assertLess(time.monotonic(), end, "it should have happened by now")
            meanwhile()
            time.sleep(0.2)

    def test_a_list_for_some_and_its_alerts_are_not_there_for_others(self):
        inside, outside = self.town.officer("officer"), self.town.officer("officer")
        source = f"/api/v1/hotlists/{self.list}/source"
        self.supervisor.must("PUT", source, {"kind": "plain", "audience": [inside.id]})
        self.town.wanted(self.supervisor, self.list, "ABC1230")
        seen = {who.login: [] for who in (inside, outside)}
        for who in (inside, outside):
            threading.Thread(target=self.listen, args=(who, seen[who.login]), daemon=True).start()
        self.until(lambda: all(seen.values()), lambda: self.town.upload(self.token, [self.town.read("NEWS123")]))
        self.town.upload(self.token, [self.town.read("ABC1230")])
        alert = inside.must("GET", "/api/v1/alerts")["items"][0]
        path = "/api/v1/alerts/" + alert["id"]
        self.assertEqual(inside.get(path)[0], 200)
        self.assertEqual(self.supervisor.get(path)[0], 200)
        absent = outside.get("/api/v1/alerts/alert_00000000000000000000000000")
        self.assertEqual(outside.get(path), absent)
        self.assertEqual(outside.post(path + "/decision", {"decision": "reject", "reason_code": "misread", "compared": []})[0], 404)
        self.assertEqual(outside.must("GET", "/api/v1/alerts")["items"], [])
        self.assertEqual(outside.must("GET", "/api/v1/overview")["alerts_pending"], 0)
        self.assertEqual(outside.must("GET", "/api/v1/hotlists")["items"], [])
        self.assertEqual(outside.get(f"/api/v1/hotlists/{self.list}/entries")[0], 404)
        self.assertEqual(outside.get(source)[0], 404)
        self.until(lambda: "alert" in seen[inside.login], lambda: None)
        self.assertNotIn("alert", seen[outside.login])


if __name__ == "__main__":
    unittest.main()
