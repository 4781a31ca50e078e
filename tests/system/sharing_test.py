"""Two real servers: a grant signed by both, a question from one to the other by mutual TLS that stands in both logs, its
revocation, and what nobody gets without one."""
import http.client
import os
import ssl
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BINARY, Town, free_port, rfc3339  # noqa: E402

DAY = 24 * 3600


def entries(town):
    """The public log, oldest first: [{index, kind, fields: {name: value}}]."""
    found, before = [], ""
    while True:
        status, page = town.client().get("/log/entries?limit=200" + before)
        assert status == 200, page
        for item in page["items"]:
            found.append({"index": item["index"], "kind": item["kind"], "fields": {f["name"]: f["value"] for f in item["fields"]}})
        if "next_before" not in page:
            return found[::-1]
        before = f"&before={page['next_before']}"


def reconcile(here, there):
    """Questions between the two by this test's own count: ({query: (index here, index there)}, what does not fit)."""
    asked_here = {e["fields"]["query"]: e["index"] for e in here if e["kind"] == "search-reads" and "query" in e["fields"]}
    asked_there = {e["fields"]["query"]: e["index"] for e in there if e["kind"] == "search-reads" and "query" in e["fields"]}
    wrong = sorted(set(asked_here) ^ set(asked_there))
    for some, others in ((here, asked_there), (there, asked_here)):
        for entry in some:
            fields = entry["fields"]
            if entry["kind"] == "search.result" and "other_entry" in fields and str(others.get(fields["query"])) != fields["other_entry"]:
                wrong.append(entry)
    return {query: (index, asked_there[query]) for query, index in asked_here.items() if query in asked_there}, wrong


class Agency(Town):
    def __init__(self, name):
        self.peer_port = free_port()
        super().__init__("--peers", f"127.0.0.1:{self.peer_port}")
        self.name = name

    def open(self):
        self.admin_person = self.administrator()
        settings = self.admin_person.must("GET", "/api/v1/settings")
        self.admin_person.must("PUT", "/api/v1/settings", {**settings, "agency_name": self.name, "town_name": self.name, "timezone": "UTC"})
        self.us = self.admin_person.must("GET", "/api/v1/sharing")["us"]

    def lists(self, other, kind="in-state", name=None):
        return self.admin_person.must("POST", "/api/v1/sharing/agencies", {
            "key": other.us["key"], "name": name or other.name, "kind": kind, "state": "US-VA", "url": f"https://127.0.0.1:{other.peer_port}"})["id"]

    def case(self, officer, purpose="stolen-vehicle", offence="motor-vehicle-theft"):
        return officer.must("POST", "/api/v1/cases", {"number": f"26-{time.time_ns() % 10**9}", "purpose": purpose, "offence": offence,
                                                      "title": "A pickup", "officer_ids": [officer.id]})["id"]


class Sharing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.owner, cls.asker = Agency("Millbrook PD"), Agency("Hill County Sheriff")
        for town in (cls.owner, cls.asker):
            town.start()
            town.open()
        cls.camera, token = cls.owner.camera("Main Street")
        cls.other_camera, other_token = cls.owner.camera("School Lane")
        cls.token, cls.other_token = token, other_token
        cls.owner.upload(token, [cls.owner.read(f"ABC{1000 + i}", at=time.time() - 60 - i) for i in range(30)])
        cls.owner.upload(other_token, [cls.owner.read("SECRET1", at=time.time() - 60)])
        cls.asker_id = cls.owner.lists(cls.asker)
        cls.owner_id = cls.asker.lists(cls.owner)
        cls.officer = cls.asker.officer()

    @classmethod
    def tearDownClass(cls):
        for town in (cls.owner, cls.asker):
            town.__exit__()

    def give(self, **more):
        offered = self.owner.admin_person.must("POST", "/api/v1/sharing/grants", {
            "agency_id": self.asker_id, "cameras": [self.camera], "purposes": ["stolen-vehicle"], "hours_from": "00:00",
            "hours_until": "24:00", "ends_at": rfc3339(time.time() + 90 * DAY), **more})
        self.assertTrue(offered["told"], offered)
        self.assertEqual(offered["state"], "offered")
        accepted = self.asker.admin_person.must("POST", f"/api/v1/sharing/grants/{offered['id']}/accept", {})
        self.assertTrue(accepted["told"], accepted)
        return offered["id"]

    def ask(self, grants, case, question=None, **more):
        return self.officer.request("POST", "/api/v1/sharing/search", {"grant_ids": grants, "case_id": case, "question": question or
                                                                       {"plate": {"text": "ABC", "mode": "prefix"}}, "limit": 50, **more})

    def test_a_question_stands_in_both_logs_and_ends_with_its_grant(self):
        case = self.asker.case(self.officer)
        grant = self.give()
        status, given = self.ask([grant], case)
        self.assertEqual(status, 200, given)
        answer = given["answers"][0]
        self.assertNotIn("problem", answer, answer)
        self.assertEqual(len(answer["items"]), 30)
        self.assertTrue(all(read["camera_id"] == self.camera for read in answer["items"]))

        # Double entry, counted by this test and by the program.
        pairs, wrong = reconcile(entries(self.asker), entries(self.owner))
        self.assertEqual(wrong, [])
        self.assertEqual(pairs[given["query_id"]], (given["ledger_index"], answer["ledger_index"]))
        done = subprocess.run([BINARY, "access", "reconcile", self.asker.url, self.owner.url], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("0 entries without a counterpart", done.stdout)

        # The camera that the grant does not name, another purpose, and asking for somebody else: refused, and on both records.
        for why, other_case, question, more in (
                ("grant-cameras", case, {"camera_ids": [self.other_camera]}, {}),
                ("grant-purpose", self.asker.case(self.officer, "violent-crime", "robbery"), None, {}),
                ("grant-not-transitive", case, None, {"on_behalf_of": {"agency": "Vale PD", "kind": "in-state"}})):
            status, refused = self.ask([grant], other_case, question, **more)
            self.assertEqual(status, 200, refused)
            self.assertNotIn("items", refused["answers"][0], why)
            self.assertIn("problem", refused["answers"][0], why)
        pairs, wrong = reconcile(entries(self.asker), entries(self.owner))
        self.assertEqual(wrong, [])
        self.assertGreaterEqual(len(pairs), 4)

        # Who can see what: the page's answer, everybody's, and the command's.
        access = self.owner.admin_person.must("GET", "/api/v1/access")
        self.assertEqual([r["agency"] for r in access["reaches"]], ["Hill County Sheriff"])
        self.assertIn("can now ask about 1 camera", access["changes"][0]["sentence"])
        shared = self.owner.client().must("GET", "/api/v1/public/sharing")
        self.assertEqual(shared["texts"][0]["grant_id"], grant)
        shown = subprocess.run([BINARY, "access", "--data", self.owner.data], capture_output=True, text=True)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("Hill County Sheriff (in-state)", shown.stdout)
        self.assertIn("Main Street", shown.stdout)

        start = time.time()
        ended = self.owner.admin_person.must("POST", f"/api/v1/sharing/grants/{grant}/end", {})
        self.assertLess(time.time() - start, 10)  # with word to the other server; the revocation itself waits 0.9 s at most
        self.assertTrue(ended["all_gone"], ended)
        status, refused = self.ask([grant], case)
        self.assertEqual(status, 404, refused)  # the other side was told: it does not even ask
        self.assertEqual(self.owner.admin_person.must("GET", "/api/v1/access")["reaches"], [])
        kinds = [e["kind"] for e in entries(self.owner) if e["kind"].startswith("sharing.")]
        for kind in ("sharing.agency", "sharing.offer", "sharing.accept", "sharing.revoke"):
            self.assertIn(kind, kinds)

    def test_a_list_alerts_whoever_has_the_camera_and_ends_with_its_entry_and_its_grant(self):
        grant = self.give(lists=True)
        supervisor, dispatcher = self.asker.officer("supervisor"), self.owner.officer("dispatcher")
        lists = self.asker.hotlist(supervisor, "Stolen at Hill")
        first = self.asker.wanted(supervisor, lists, "HLL1001")
        self.asker.wanted(supervisor, lists, "HLL2002")
        shares = f"/api/v1/hotlists/{lists}/shares"
        self.assertEqual([c["grant_id"] for c in supervisor.must("GET", shares)["choices"]], [grant])
        supervisor.must("PUT", f"{shares}/{grant}", {"purpose": "stolen-vehicle"})

        def wait(what, found, seconds=20):
            end = time.time() + seconds
            while time.time() < end:
                if got := found():
                    return got
                time.sleep(0.02)
            self.fail(f"{what} did not come in {seconds} s")

        def alerts(state=None):
            return [a for a in dispatcher.must("GET", "/api/v1/alerts")["items"] if a.get("agency") == self.asker.name and state in (None, a["state"])]

        def passes(plate, token=self.token):
            start = time.time()
            self.owner.upload(token, [self.owner.read(plate)])
            return start

        wait("their answer", lambda: supervisor.must("GET", shares)["items"][0]["entries"] == 2)
        # Nobody is asked again at the owner's: the list stands there as what it is.
        held = [one for one in dispatcher.must("GET", "/api/v1/hotlists")["items"] if "origin" in one]
        self.assertEqual([(one["name"], one["origin"]["agency"], one["active_entries"]) for one in held], [("Stolen at Hill", self.asker.name, 2)])
        passes("HLL1001", self.other_token)
        self.assertEqual(alerts(), [], "a camera that the grant does not name")
        start = passes("HLL1001")
        alert = wait("the alert", alerts, 1)[0]
        self.assertLess(time.time() - start, 1, "from the read to the alert in the queue")
        # Verified here, as every alert.
        path = f"/api/v1/alerts/{alert['id']}"
        decision = {"decision": "confirm", "reason_code": "all-agree", "compared": ["plate"]}
        self.assertEqual(dispatcher.post(path + "/decision", decision)[0], 422)
        dispatcher.must("POST", path + "/decision", {**decision, "compared": ["plate", "region", "body", "color"]})
        dispatcher.must("POST", path + "/outcome", {"code": "recovered"})
        told = wait("the outcome", lambda: supervisor.must("GET", shares)["outcomes"])
        self.assertEqual([(o["entry_id"], o["code"], o["agency"]) for o in told], [(first["id"], "recovered", self.owner.name)])

        # Ended as recovered where it is listed: closed where it hit, and no hit after that.
        passes("HLL2002")
        self.assertEqual(len(alerts("pending")), 1)
        second = next(e for e in supervisor.must("GET", f"/api/v1/hotlists/{lists}/entries")["items"] if e["plate"] == "HLL2002")
        supervisor.must("PATCH", f"/api/v1/hotlists/{lists}/entries/{second['id']}", {"active": False, "ended_as": "recovered"})
        wait("the closing", lambda: not alerts("pending"), 10)
        closed = dispatcher.must("GET", f"/api/v1/alerts/{alerts()[0]['id']}")
        self.assertEqual((closed["state"], closed["withdrawn"]["why"]), ("closed", "recovered"))
        self.assertIn(self.asker.name, closed["withdrawn"]["sentence"])
        passes("HLL2002")
        self.assertEqual(alerts("pending"), [])

        # Revoked: from that moment on nothing hits, and nothing of the list is left.
        self.owner.admin_person.must("POST", f"/api/v1/sharing/grants/{grant}/end", {})
        passes("HLL1001")
        self.assertEqual(alerts("pending"), [])
        self.assertEqual([one for one in dispatcher.must("GET", "/api/v1/hotlists")["items"] if "origin" in one], [])
        wait("the end of the share", lambda: not supervisor.must("GET", shares)["items"])

        kinds_here, kinds_there = ({e["kind"] for e in entries(town)} for town in (self.asker, self.owner))
        self.assertLessEqual({"hotlist.share", "hotlist.send", "hotlist.sent", "hotlist.outcome-receive"}, kinds_here)
        self.assertLessEqual({"hotlist.receive", "hotlist.outcome-send", "hotlist.outcome-sent", "alert.withdraw", "hotlist.forget"}, kinds_there)
        for town in (self.asker, self.owner):
            public = str(entries(town))
            for plate in ("HLL1001", "HLL2002"):
                self.assertNotIn(plate, public)
        done = subprocess.run([BINARY, "access", "reconcile", self.asker.url, self.owner.url], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(", 0 entries without a counterpart", done.stdout)

    def test_a_name_that_breaks_a_promise_stops_everything(self):
        case = self.asker.case(self.officer)
        grant = self.give()
        self.assertIn("items", self.ask([grant], case)[1]["answers"][0])
        self.owner.lists(self.asker, name="ICE field office")
        answer = self.ask([grant], case)[1]["answers"][0]
        self.assertNotIn("items", answer)
        self.assertTrue(self.owner.admin_person.must("GET", "/api/v1/sharing")["stopped"])
        self.assertTrue(self.owner.client().must("GET", "/api/v1/public/sharing")["stopped"])
        self.assertIn("sharing.stopped", [e["kind"] for e in entries(self.owner)])
        shown = subprocess.run([BINARY, "access", "--data", self.owner.data], capture_output=True, text=True)
        self.assertEqual(shown.returncode, 1)
        self.assertIn("BROKEN", shown.stdout)
        self.assertEqual(self.owner.admin_person.post("/api/v1/sharing/resume")[0], 409)
        self.owner.lists(self.asker)
        self.assertNotIn("items", self.ask([grant], case)[1]["answers"][0], "until a person lets it go on")
        self.owner.admin_person.must("POST", "/api/v1/sharing/resume", {})
        self.assertIn("items", self.ask([grant], case)[1]["answers"][0])
        self.owner.admin_person.must("POST", f"/api/v1/sharing/grants/{grant}/end", {})

    def test_shutting_out_takes_two_people(self):
        grant = self.give()
        act = self.owner.admin_person.must("POST", "/api/v1/sharing/acts", {"kind": "bar-agency", "subject": self.asker_id})
        self.assertEqual(self.owner.admin_person.post(f"/api/v1/sharing/acts/{act['id']}/confirm")[0], 409)
        second = self.owner.officer("supervisor")
        second.must("POST", f"/api/v1/sharing/acts/{act['id']}/confirm", {})
        state = {g["id"]: g["state"] for g in self.owner.admin_person.must("GET", "/api/v1/sharing")["grants"]}
        self.assertEqual(state[grant], "revoked")
        self.assertEqual(self.owner.client().must("GET", "/api/v1/public/sharing")["barred"], ["Hill County Sheriff"])
        back = self.owner.admin_person.must("POST", "/api/v1/sharing/acts", {"kind": "let-agency-in-again", "subject": self.asker_id})
        self.assertEqual(self.owner.admin_person.post(f"/api/v1/sharing/acts/{back['id']}/confirm")[0], 409)
        second.must("POST", f"/api/v1/sharing/acts/{back['id']}/confirm", {})

    def test_the_port_for_peers_lets_nobody_else_in(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # Without a certificate, and with one whose key nobody listed.
        stranger = os.path.join(self.owner.dir, "stranger.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", stranger, "-out", stranger + ".crt",
                        "-subj", "/CN=stranger", "-days", "2"], check=True, capture_output=True)
        for certificate in (None, stranger):
            if certificate:
                context.load_cert_chain(certificate + ".crt", certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", self.owner.peer_port, context=context, timeout=10)
            with self.assertRaises((ssl.SSLError, OSError, http.client.HTTPException)):
                connection.request("GET", "/api/v1/about")
                connection.getresponse()
            connection.close()
        # By the town's own door a peer's routes know nobody.
        self.assertEqual(self.owner.client().post("/peer/v1/search", {})[0], 401)
        # OpenSSL, which others wrote, reads our certificate and finds the agency's key in it.
        shown = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{self.owner.peer_port}", "-tls1_3"], input=b"",
                               capture_output=True).stdout.decode()
        pem = shown[shown.index("-----BEGIN"):shown.index("-----END CERTIFICATE-----") + 25] + "\n"
        text = subprocess.run(["openssl", "x509", "-noout", "-pubkey"], input=pem.encode(), capture_output=True, check=True).stdout
        der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=text, capture_output=True, check=True).stdout
        self.assertEqual(der[-32:].hex(), self.owner.us["key"])
        path = os.path.join(self.owner.dir, "owner.crt")
        with open(path, "w") as target:
            target.write(pem)
        verified = subprocess.run(["openssl", "verify", "-check_ss_sig", "-CAfile", path, path], capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
