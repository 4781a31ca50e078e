"""Statute packs on the real server: what is offered, what one would change, adopting it, and that the server then lives by it."""
import json
import os
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Town, stored_in  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PACKS = os.path.join(ROOT, "packs")
SETTINGS = {"agency_name": "Test PD", "town_name": "Test", "timezone": "UTC", "zero_rule": "distinct"}
TOWN_PACK = """format = 1
id = "test-town"
title = "Test town"
level = "locality"
jurisdiction = "Test"
version = 1
effective = 2026-01-01
review = "not reviewed by counsel"
[citations.ordinance]
text = "Ordinance 7"
mark = "verified"
[retention.unmatched]
at_most = "7 days"
cite = "ordinance"
[permitted]
purposes = ["stolen-vehicle"]
cite = "ordinance"
"""


def pack(answer, where, pack_id):
    return next((p for p in answer[where] if p["id"] == pack_id), None)


def adopt(admin, pack_id, **more):
    seen = admin.must("POST", "/api/v1/packs/preview", {"id": pack_id})
    return admin.request("POST", "/api/v1/packs/adoptions", {"id": pack_id, "sha256": seen["pack"]["sha256"], **more})


class Packs(unittest.TestCase):
    def test_virginia_refuses_thirty_days_and_names_the_statute(self):
        with Town("--packs", PACKS) as town:
            admin = town.administrator()
            packs = admin.must("GET", "/api/v1/packs")
            self.assertEqual([p["id"] for p in packs["in_force"]], ["strict-default"])
            self.assertEqual(packs["retained_days"], 21)
            self.assertGreaterEqual(len(packs["offered"]), 11)
            self.assertTrue(all(p["review"] == "not reviewed by counsel" and p["signed_by"] for p in packs["offered"]))
            self.assertEqual(pack(packs, "offered", "us-va")["duties"][0]["next_due"][4:], "-04-01")

            status, plan = adopt(admin, "us-nj")
            self.assertEqual(status, 409, plan)
            self.assertTrue(plan["type"].endswith("loosens"))
            status, plan = adopt(admin, "us-nj", accepts_looser=True)
            self.assertEqual(status, 200, plan)
            self.assertIn("Retention of unmatched reads: 21 days → 3 years.", [d["sentence"] for d in plan["differences"]])
            admin.must("PUT", "/api/v1/settings", {**SETTINGS, "retained_days": 30})

            status, plan = adopt(admin, "us-va", accepts_looser=True)
            self.assertEqual(status, 200, plan)
            self.assertIn("Retention of unmatched reads: 3 years → 21 days.", [d["sentence"] for d in plan["differences"]])
            self.assertEqual(admin.must("GET", "/api/v1/overview")["retained_days"], 21)
            status, refused = admin.put("/api/v1/settings", {**SETTINGS, "retained_days": 30})
            self.assertEqual(status, 403)
            rule = next(r for r in refused["rules"] if r["id"] == "us-va/retention-unmatched")
            self.assertIn("21 days", rule["sentence"])
            self.assertIn("2.2-5517", rule["citation"])
            admin.must("PUT", "/api/v1/settings", {**SETTINGS, "retained_days": 14})

            entry = admin.must("GET", f"/api/v1/ledger/entries/{plan['ledger_index']}")
            said = {d["name"]: d["value"] for d in entry["disclosures"]} if "disclosures" in entry else entry["fields"]
            self.assertIn("us-va@1", json.dumps(said))
            self.assertIn(plan["pack"]["sha256"], json.dumps(said))

            town.stop()
            town.start()
            self.assertEqual([p["id"] for p in admin.must("GET", "/api/v1/packs")["in_force"]], ["strict-default", "us-va"])

    def test_a_denial_names_the_packs_rule_and_an_officer_may_look_but_not_adopt(self):
        with Town("--packs", PACKS) as town:
            admin = town.administrator()
            supervisor, officer = town.officer("supervisor"), town.officer()
            camera, token = town.camera()
            case_id = town.case(supervisor, [officer], purpose="welfare-check", offence="welfare")
            question = {"case_id": case_id, "on_behalf_of": {"agency": "", "kind": "own"}, "question": {"plate": {"text": "ABC1234", "mode": "exact"}}}
            officer.must("POST", "/api/v1/search", question)
            self.assertEqual(adopt(admin, "us-va", accepts_looser=True)[0], 200)
            status, refused = officer.post("/api/v1/search", question)
            self.assertEqual(status, 403)
            self.assertEqual(refused["rules"][0]["id"], "us-va/purposes")
            self.assertEqual(refused["remedy"]["action"], "choose-case")
            purposes = {p["code"]: p for p in officer.must("GET", "/api/v1/purposes")["purposes"]}
            self.assertEqual((purposes["welfare-check"]["forbidden"], purposes["welfare-check"]["rule_id"]), (True, "us-va/purposes"))
            self.assertFalse(purposes["burglary"]["forbidden"])
            status, refused = supervisor.post("/api/v1/cases", {"number": "26-9", "purpose": "welfare-check", "offence": "welfare",
                                                                "title": "A case", "officer_ids": [officer.id]})
            self.assertEqual((status, refused["rules"][0]["id"]), (403, "us-va/purposes"))

            self.assertIsNotNone(pack(officer.must("GET", "/api/v1/packs"), "in_force", "us-va"))
            for path, body in [("/api/v1/packs/preview", {"id": "us-wa"}), ("/api/v1/packs/adoptions", {"id": "us-wa", "sha256": "0"}),
                               ("/api/v1/packs/us-va/end", {})]:
                self.assertEqual(officer.post(path, body)[0], 403, path)

    def test_a_towns_own_pack_tightens_ends_and_says_what_is_wrong_with_it(self):
        with Town("--packs", PACKS) as town:
            admin = town.administrator()
            status, wrong = admin.post("/api/v1/packs/preview", {"text": TOWN_PACK.replace("7 days", "a week")})
            self.assertEqual(status, 422)
            self.assertIn("line 13", wrong["detail"])
            status, wrong = admin.post("/api/v1/packs/preview", {"text": TOWN_PACK.replace("locality", "state")})
            self.assertEqual((status, wrong["type"]), (422, "/problems/bad-signature"))

            seen = admin.must("POST", "/api/v1/packs/preview", {"text": TOWN_PACK})
            self.assertFalse(seen["loosens"])
            self.assertEqual(admin.post("/api/v1/packs/adoptions", {"text": TOWN_PACK, "sha256": "0" * 64})[0], 409)
            admin.must("POST", "/api/v1/packs/adoptions", {"text": TOWN_PACK, "sha256": seen["pack"]["sha256"]})
            self.assertEqual(admin.must("GET", "/api/v1/overview")["retained_days"], 7)

            status, plan = admin.post("/api/v1/packs/test-town/end", {})
            self.assertEqual(status, 409, plan)
            admin.must("POST", "/api/v1/packs/test-town/end", {"accepts_looser": True})
            self.assertEqual(admin.must("GET", "/api/v1/overview")["retained_days"], 21)
            self.assertEqual(admin.post("/api/v1/packs/test-town/end", {"accepts_looser": True})[0], 404)

            later = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 40 * 86400))
            admin.must("POST", "/api/v1/packs/adoptions", {"text": TOWN_PACK, "sha256": seen["pack"]["sha256"], "from_day": later})
            packs = admin.must("GET", "/api/v1/packs")
            self.assertEqual([(c["pack"]["id"], c["from_day"]) for c in packs["coming"]], [("test-town", later)])
            self.assertEqual(packs["retained_days"], 21)

    def test_new_hampshire_matches_in_memory_and_stores_hits_alone(self):
        with Town("--packs", PACKS) as town:
            admin = town.administrator()
            supervisor = town.officer("supervisor")
            camera, token = town.camera()
            # Not storing begins with a whole day, so that no day's file holds both. Here a camera's pack does it at once.
            status, plan = adopt(admin, "us-nh")
            tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
            self.assertEqual(plan["from_day"] if status == 200 else plan, tomorrow)

            text = TOWN_PACK.replace("locality", "camera").replace("test-town", "one-camera").replace("7 days", "3 minutes")
            text = text.replace('[permitted]\npurposes = ["stolen-vehicle"]\ncite = "ordinance"\n', "")
            text = text.replace('review =', f'cameras = ["{camera}"]\nreview =')
            seen = admin.must("POST", "/api/v1/packs/preview", {"text": text})
            admin.must("POST", "/api/v1/packs/adoptions", {"text": text, "sha256": seen["pack"]["sha256"]})
            town.wanted(supervisor, town.hotlist(supervisor), "WANTED1")
            answer = town.upload(token, [town.read("WANTED1"), town.read("PASSER2"), town.read(None)])
            self.assertEqual((answer["stored"], answer["not_kept"], answer["refused"]), (1, 2, []))
            self.assertEqual(admin.must("GET", "/api/v1/overview")["reads_kept"], 1)
            self.assertEqual(len(supervisor.must("GET", "/api/v1/alerts")["items"]), 1)
            town.stop()
            for name, content in stored_in(town.data):
                self.assertNotIn(b"PASSER2", content, name)

            town.start()
            _, other_token = town.camera("Another")
            self.assertEqual(town.upload(other_token, [town.read("PASSER3")])["stored"], 1)

    def test_a_changed_adoption_stops_the_server(self):
        with Town("--packs", PACKS) as town:
            admin = town.administrator()
            seen = admin.must("POST", "/api/v1/packs/preview", {"text": TOWN_PACK})
            admin.must("POST", "/api/v1/packs/adoptions", {"text": TOWN_PACK, "sha256": seen["pack"]["sha256"]})
            town.stop()
            with sqlite3.connect(os.path.join(town.data, "records.db")) as db:
                db.execute("UPDATE packs_adopted SET note = replace(note, '7 days', '9 days')")
            with self.assertRaises(AssertionError) as failed:
                town.start()
            self.assertIn("not as they were signed", str(failed.exception))


if __name__ == "__main__":
    unittest.main()
