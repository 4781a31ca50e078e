"""Signing in, stepping up and leaving, against the real program."""
import re
import threading
import time
import unittest

from harness import Town
from passkey import Passkey, code_of

OFFBOARDED_WITHIN_S = 60


class AccountsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.town = Town().start()
        cls.admin = cls.town.administrator()

    @classmethod
    def tearDownClass(cls):
        cls.town.__exit__()

    def link_session(self, login):
        made = self.admin.must("POST", "/api/v1/accounts", {"name": login.title(), "login": login, "role": "officer"})
        person = self.town.client()
        person.must("POST", "/api/v1/sign-in/link", {"token": re.search(r"link=([\w-]+)", made["sign_in"]["link"]).group(1)})
        return person, made["account"]["id"]

    def test_a_link_leads_to_a_passkey_and_no_further(self):
        person, _ = self.link_session("linus")
        status, body = person.get("/api/v1/cases")
        self.assertEqual((status, body["type"]), (403, "/problems/passkey-needed"))
        self.town.enroll(person)
        self.assertEqual(person.get("/api/v1/cases")[0], 200)

    def test_a_passkey_signs_in_once_for_each_question(self):
        person = self.town.officer()
        question = self.town.client().must("POST", "/api/v1/sign-in/passkey/question")
        answer = person.device.used(question)
        again = self.town.client()
        self.assertEqual(again.must("POST", "/api/v1/sign-in/passkey", answer)["means"], "passkey")
        self.assertEqual(again.get("/api/v1/cases")[0], 200)
        self.assertEqual(self.town.client().post("/api/v1/sign-in/passkey", answer)[0], 410)
        stranger = Passkey().used(self.town.client().must("POST", "/api/v1/sign-in/passkey/question"))
        self.assertEqual(self.town.client().post("/api/v1/sign-in/passkey", stranger)[0], 403)

    def test_the_last_passkey_stays(self):
        person = self.town.officer()
        first = person.must("GET", "/api/v1/me/passkeys")["items"][0]["id"]
        self.assertEqual(person.delete(f"/api/v1/me/passkeys/{first}")[0], 422)
        self.town.enroll(person)
        self.assertEqual(person.delete(f"/api/v1/me/passkeys/{first}")[0], 204)
        self.assertEqual(len(person.must("GET", "/api/v1/me/passkeys")["items"]), 1)

    def test_password_and_code_only_where_an_administrator_allows_them(self):
        person, account = self.link_session("fiona")
        self.assertEqual(person.post("/api/v1/me/fallback")[0], 422)
        self.admin.must("PATCH", f"/api/v1/accounts/{account}", {"fallback": True})
        secret = person.must("POST", "/api/v1/me/fallback")["secret"]
        password = "correct horse battery staple"
        person.must("PUT", "/api/v1/me/fallback", {"password": password, "code": code_of(secret)})
        self.assertEqual(person.get("/api/v1/cases")[0], 200)
        fresh = self.town.client()
        wrong = fresh.post("/api/v1/sign-in", {"login": "fiona", "password": password, "code": "000000"})
        self.assertEqual(wrong[0], 401)
        ahead = code_of(secret, time.time() + 30)  # the present one was used; a clock may be that much ahead
        self.assertEqual(fresh.must("POST", "/api/v1/sign-in", {"login": "fiona", "password": password, "code": ahead})["means"], "fallback")
        self.admin.must("PATCH", f"/api/v1/accounts/{account}", {"fallback": False})
        self.assertEqual(fresh.get("/api/v1/me")[0], 401)

    def test_leaving_ends_every_session_stream_and_permit(self):
        supervisor = self.town.officer("supervisor")
        person = self.town.officer()
        second = self.town.client()
        second.must("POST", "/api/v1/sign-in/passkey",
                    person.device.used(second.must("POST", "/api/v1/sign-in/passkey/question")))
        case = self.town.case(supervisor, [person])
        person.must("PUT", "/api/v1/me/case", {"case_id": case})
        ended, opened = threading.Event(), threading.Event()

        def listen():
            opened.set()
            for _ in person.events():
                pass
            ended.set()

        threading.Thread(target=listen, daemon=True).start()
        self.assertTrue(opened.wait(10))
        time.sleep(1)  # the stream stands
        self.assertFalse(ended.is_set())
        begun = time.monotonic()
        self.admin.must("PATCH", f"/api/v1/accounts/{person.id}", {"active": False})
        for client in (person, second):
            self.assertEqual(client.get("/api/v1/me")[0], 401)
            self.assertEqual(client.post("/api/v1/search", {"case_id": case, "question": {"colors": ["red"]}})[0], 401)
        self.assertTrue(ended.wait(OFFBOARDED_WITHIN_S))
        took = time.monotonic() - begun
        print(f"offboarding.all_ended\t{took:.2f}\ts")
        self.assertLess(took, OFFBOARDED_WITHIN_S)
        status, _ = self.town.client().post("/api/v1/sign-in/passkey", person.device.used(
            self.town.client().must("POST", "/api/v1/sign-in/passkey/question")))
        self.assertEqual(status, 403)


if __name__ == "__main__":
    unittest.main()
