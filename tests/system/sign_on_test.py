"""Signing in through an identity provider: npm's oidc-provider, and one that forges every answer in its own way."""
import http.client
import json
import os
import subprocess
import unittest
import urllib.parse

from harness import Town, second_port

IDP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sign_on", "idp")


class Browser:
    """Follows redirects at the provider, with its cookies, until it is sent back."""

    def __init__(self, port, back):
        self.port, self.back, self.cookies = port, back, {}

    def go(self, url):
        for _ in range(12):
            if url.startswith(self.back):
                return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlsplit(url).query).items()}
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(f"http://127.0.0.1:{self.port}/", url))
            assert parts.port == self.port, url
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request("GET", parts.path + "?" + parts.query, headers={"Cookie": cookies} if cookies else {})
            answer = connection.getresponse()
            body = answer.read()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
            connection.close()
            url = answer.getheader("Location")
            assert answer.status in (302, 303) and url, (answer.status, body[:500])
        raise AssertionError("it goes round in circles")


class SignOnTest(unittest.TestCase):
    def provider(self, kind):
        port = second_port()
        self.town = Town()
        self.back = f"http://localhost:{self.town.port}/sign-in/return"
        config = os.path.join(self.town.dir, "sign-on.toml")
        secret = os.path.join(self.town.dir, "secret")
        with open(secret, "w") as target:
            target.write("a secret: with %signs\n")
        with open(config, "w") as target:
            target.write(f'name = "Hill County"\nissuer = "http://127.0.0.1:{port}"\nclient_id = "glasshouse"\n'
                         f'client_secret_file = "{secret}"\n')
        self.idp = subprocess.Popen([IDP, kind, str(port), self.back], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.idp.stdout.close)
        self.addCleanup(self.idp.wait)
        self.addCleanup(self.idp.kill)
        self.assertEqual(self.idp.stdout.readline().strip(), "ready")
        self.town.more = ["--sign-on", config]
        self.addCleanup(self.town.__exit__)
        self.town.start()
        self.port = port
        return self.town.administrator()

    def control(self, **what):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("PUT", "/control", json.dumps(what))
        connection.getresponse().read()
        connection.close()

    def ask(self, person, path):
        """To the provider and back: what it gave. The person's client keeps both cookies, as a browser would."""
        held = person.cookie
        url = person.must("POST", path, {})["url"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        self.assertEqual(query["code_challenge_method"], ["S256"])
        person.cookie = "; ".join(part for part in (held, person.cookie) if part)
        return Browser(self.port, self.back).go(url)

    def sign_in(self, person=None):
        person = person or self.town.client()
        returned = self.ask(person, "/api/v1/sign-in/provider/begin")
        status, body = person.post("/api/v1/sign-in/provider", returned)
        return status, body, person

    def link(self, person):
        returned = self.ask(person, "/api/v1/me/identity/begin")
        return person.post("/api/v1/me/identity", returned)

    def kinds(self, admin):
        return [entry["kind"] for entry in admin.must("GET", "/api/v1/ledger/entries?limit=200")["items"]]

    def test_a_person_comes_in_through_the_provider_only_once_linked(self):
        admin = self.provider("real")
        self.assertEqual(self.town.client().must("GET", "/api/v1/about")["provider"], "Hill County")
        status, body, _ = self.sign_in()
        self.assertEqual((status, body["type"]), (403, "/problems/not-linked"))
        # By a one-time link: the account is the administrator's making, the link its owner's.
        made = admin.must("POST", "/api/v1/accounts", {"name": "Anna", "login": "anna", "role": "officer"})
        anna = self.town.client()
        anna.must("POST", "/api/v1/sign-in/link", {"token": made["sign_in"]["link"].split("link=")[1]})
        self.assertEqual(anna.get("/api/v1/cases")[0], 403)
        status, session = self.link(anna)
        self.assertEqual((status, session["means"]), (200, "provider"), session)
        self.assertEqual(anna.get("/api/v1/cases")[0], 200)

        status, session, again = self.sign_in()
        self.assertEqual((status, session["officer"]["login"], session["means"]), (200, "anna", "provider"), session)
        self.assertEqual(session["officer"]["role"], "officer")
        self.assertEqual(again.get("/api/v1/cases")[0], 200)
        # Somebody else cannot take the same person of the provider.
        ben = self.town.officer(login="ben")
        self.assertEqual(self.link(ben)[0], 409)
        # A password alone is not enough, whoever took it.
        self.control(account="anna", amr=["pwd"])
        status, body, _ = self.sign_in()
        self.assertEqual((status, body["type"]), (403, "/problems/one-factor"))
        self.control(account="anna", amr=["pwd", "mfa"])
        # What comes back is good once, and in the browser that began.
        person = self.town.client()
        returned = self.ask(person, "/api/v1/sign-in/provider/begin")
        self.assertEqual(self.town.client().post("/api/v1/sign-in/provider", returned)[0], 410)
        self.assertEqual(person.post("/api/v1/sign-in/provider", returned)[0], 410, "used up by the try from elsewhere")
        # Offboarded: the open sessions end, and the provider opens none.
        admin.must("PATCH", f"/api/v1/accounts/{made['account']['id']}", {"active": False})
        self.assertEqual(again.get("/api/v1/cases")[0], 401)
        self.assertEqual(self.sign_in()[0], 403)
        kinds = self.kinds(admin)
        for kind in ("account.identity-linked", "session.provider"):
            self.assertIn(kind, kinds)

    def test_no_forged_answer_opens_a_session(self):
        self.provider("forger")
        anna = self.town.officer(login="anna")
        self.assertEqual(self.link(anna)[0], 200)
        self.assertEqual(self.sign_in()[0], 200)
        for mode in ("other-issuer", "other-audience", "several-audiences", "other-party", "run-out", "not-yet", "no-subject",
                     "old-nonce", "no-nonce", "other-key", "no-signature", "key-as-secret", "brings-its-key", "mixed-up",
                     "password-only", "says-nothing"):
            self.control(mode=mode)
            status, body, person = self.sign_in()
            self.assertEqual(status, 403, f"{mode}: {body}")
            self.assertEqual(person.get("/api/v1/me")[0], 401, mode)
        self.control(mode="good")
        self.assertEqual(self.sign_in()[0], 200)


if __name__ == "__main__":
    unittest.main()
