"""Channels by MQTT and by mail, before programs that we did not write: Debian's mosquitto, and aiosmtpd."""
import email
import email.utils
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append("/usr/lib/python3/dist-packages")  # Debian's aiosmtpd, also before a Python of another origin
from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import AuthResult  # noqa: E402

from delivery_test import certificate  # noqa: E402
from harness import Town, free_port  # noqa: E402

LONGEST_WAIT_S = 60
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "adapters"


def eventually(found, what):
    end = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < end:
        result = found()
        if result:
            return result
        time.sleep(0.2)
    raise AssertionError(what)


class Mosquitto:
    """A broker on this machine, with TLS and a password; all that is said stands in lines, as mosquitto_sub prints it."""

    def __init__(self, folder, pem, key):
        self.port, self.folder, self.pem = free_port(), folder, pem
        passwords = os.path.join(folder, "passwords")
        subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "house", "s3cret"], check=True, capture_output=True)
        config = os.path.join(folder, "mosquitto.conf")
        with open(config, "w") as target:
            target.write(f"user root\nlistener {self.port} 127.0.0.1\ncertfile {pem}\nkeyfile {key}\n"
                         f"password_file {passwords}\nallow_anonymous false\n")
        self.broker = subprocess.Popen(["mosquitto", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.listener = None

    def who(self):
        return ["-h", "localhost", "-p", str(self.port), "--cafile", self.pem, "-u", "house", "-P", "s3cret"]

    def listen(self):
        self.log = open(os.path.join(self.folder, "said"), "w+")
        self.listener = subprocess.Popen(["mosquitto_sub", *self.who(), "-t", "#", "-F", "%r %t %p"], stdout=self.log)

    def said(self, topic):
        with open(self.log.name) as lines:
            split = [line.rstrip("\n").split(" ", 2) for line in lines if line.endswith("\n")]
        return [payload for _, at, payload in split if at == topic]

    def say(self, topic, payload):
        subprocess.run(["mosquitto_pub", *self.who(), "-t", topic, "-m", payload, "-q", "1"], check=True, capture_output=True)

    def close(self):
        for process in (self.listener, self.broker):
            if process:
                process.kill()
                process.wait()
        if self.listener:
            self.log.close()


class Mailbox:
    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        self.mails.append((session.ssl is not None, session.authenticated, envelope.mail_from, envelope.rcpt_tos,
                           email.message_from_bytes(envelope.content)))
        return "250 taken"


class WaysTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.pem, self.key = certificate(self.town.dir)

    def start(self, *ports):
        self.town.more = ["--reach", ",".join(f"127.0.0.1:{port}" for port in ports), "--trust-ca", self.pem]
        self.admin = self.town.administrator()
        self.town.stop()
        self.town.start()

    def newest(self, channel, *states):
        def found():
            items = self.admin.must("GET", f"/api/v1/channels/{channel}/deliveries")["items"]
            return items[0] if items and items[0]["state"] in states else None
        return eventually(found, f"no message became {states}")

    def make(self, **channel):
        return self.admin.must("POST", "/api/v1/channels", channel)["channel"]

    def raise_alert(self):
        supervisor = self.town.officer("supervisor")
        listed = self.town.hotlist(supervisor)
        _, token = self.town.camera("Main Street")
        self.town.wanted(supervisor, listed, "ABC1230")
        self.town.upload(token, [self.town.read("ABC1230")])

    def test_a_broker_has_the_events_the_word_to_home_assistant_and_the_last_will(self):
        broker = Mosquitto(self.town.dir, self.pem, self.key)
        self.addCleanup(broker.close)
        self.start(broker.port)
        url = f"mqtts://localhost:{broker.port}"
        for wrong in ({"url": f"mqtt://broker.example:{broker.port}"}, {"topic": "a/#"}, {"topic": "$SYS"}, {"url": "https://localhost/"}):
            body = {"name": "x", "kind": "mqtt", "url": url, **wrong}
            self.assertEqual(self.admin.post("/api/v1/channels", body)[0], 422, wrong)
        broker.listen()
        made = self.make(name="Broker", kind="mqtt", url=url, user="house", password="s3cret", topic="town/lpr")
        self.assertNotIn("password", self.admin.must("GET", "/api/v1/channels")["items"][0])
        eventually(lambda: broker.said("town/lpr/available") == ["online"], "it should say that it is there")
        discovery = json.loads(broker.said("homeassistant/sensor/town_lpr/alert/config")[0])
        self.assertEqual(discovery["state_topic"], "town/lpr/events")
        self.raise_alert()
        self.assertEqual(self.newest(made["id"], "delivered")["sentence"], "The broker has it.")
        event = json.loads(eventually(lambda: broker.said("town/lpr/events"), "an event")[0])
        self.assertEqual((event["type"], event["after"]["state"], event["after"]["camera"]), ("new", "pending", "Main Street"))
        self.assertNotIn("ABC1230", json.dumps(event))
        self.town.kill()
        eventually(lambda: broker.said("town/lpr/available") == ["online", "offline"], "the broker should say that it is gone")
        self.town.start()
        eventually(lambda: broker.said("town/lpr/available")[-1] == "online", "it should be back")
        bad = self.make(name="Wrong", kind="mqtt", url=url, user="house", password="guess", topic="other")
        self.admin.must("POST", f"/api/v1/channels/{bad['id']}/test", {})
        eventually(lambda: "refused" in self.newest(bad["id"], "waiting")["sentence"], "the broker's refusal")
        self.assertNotIn("s3cret", self.town.server.output())

    def test_what_frigate_says_on_a_broker_is_stored_once_and_has_a_receipt(self):
        broker = Mosquitto(self.town.dir, self.pem, self.key)
        self.addCleanup(broker.close)
        self.start(broker.port)
        camera, _ = self.town.camera("Yard")
        made = self.admin.must("POST", "/api/v1/sources", {"name": "Frigate", "kind": "frigate",
                                                           "cameras": [{"their_name": "*", "camera_id": camera}]})
        for name, secret in (("password", "s3cret"), ("key", made["key"])):
            with open(os.path.join(self.town.dir, name), "w") as target:
                target.write(secret + "\n")
        self.town.stop()
        with open(os.path.join(self.town.data, "outside.toml"), "w") as target:
            target.write(f'format = 1\n[frigate.yard]\nbroker = "mqtts://localhost:{broker.port}"\nuser = "house"\n'
                         f'password_file = "{self.town.dir}/password"\nkey_file = "{self.town.dir}/key"\n')
        self.town.start()
        sample = json.loads((SAMPLES / "frigate-end.json").read_text())
        sample["after"]["start_time"] = time.time() - 5

        def receipts():
            broker.say("frigate/events", json.dumps(sample))  # again and again: the same passing is stored once
            return self.admin.must("GET", f"/api/v1/sources/{made['source']['id']}/receipts")["items"]
        found = eventually(lambda: [r for r in receipts() if r["already_known"]], "a message that was known already")
        self.assertIn("picture was dropped", found[0]["sentence"])
        self.town.stop()  # what is said while we are away waits at the broker
        sample["after"]["id"], sample["after"]["start_time"] = "another", time.time() - 5
        broker.say("frigate/events", json.dumps(sample))
        self.town.start()
        eventually(lambda: sum(r["stored"] for r in self.admin.must(
            "GET", f"/api/v1/sources/{made['source']['id']}/receipts")["items"]) == 2, "two reads")
        self.assertNotIn("s3cret", self.town.server.output())
        shown = self.admin.must("GET", "/api/v1/outside")["brokers"][0]
        self.assertEqual((shown["name"], shown["source_id"]), ("yard", made["source"]["id"]))
        self.assertTrue(shown["connected_since"] and shown["brought_at"])
        broker.close()
        lost = eventually(lambda: [b for b in self.admin.must("GET", "/api/v1/outside")["brokers"] if "why" in b], "a lost broker")[0]
        self.assertNotIn("connected_since", lost)
        self.assertEqual(lost["brought_at"], shown["brought_at"], "since when nothing came")

    def test_a_list_is_fetched_by_https_and_inner_addresses_are_not_called(self):
        class Lists(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"V1,VA0070100,20261101,ABC1230,VA,2027,2019,FORD,F15,PK,RED\n"
                self.send_response(200)
                self.send_header("Last-Modified", email.utils.formatdate(time.time() - 90 * 60, usegmt=True))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Lists)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        port = server.server_address[1]
        other = free_port()
        self.start(port)
        supervisor = self.town.officer("supervisor")
        lists = {}
        for folder in ("state", "inner"):
            lists[folder] = supervisor.must("POST", "/api/v1/hotlists", {"name": folder})["id"]
            supervisor.must("PUT", f"/api/v1/hotlists/{lists[folder]}/source",
                            {"kind": "ncic-csv", "folder": folder, "warn_after_minutes": 60, "stop_after_minutes": 600})
        self.town.stop()
        with open(os.path.join(self.town.data, "outside.toml"), "w") as target:
            target.write(f'format = 1\n[list.state]\nurl = "https://localhost:{port}/list"\n'
                         f'[list.inner]\nurl = "https://localhost:{other}/list"\n')
        self.town.start()

        def pulls(folder):
            return supervisor.must("GET", f"/api/v1/hotlists/{lists[folder]}/pulls")["items"]
        self.assertEqual(eventually(lambda: pulls("state"), "a file of the state")[0]["outcome"], "applied")
        failed = eventually(lambda: pulls("inner"), "a failure")[0]
        self.assertEqual(failed["outcome"], "failed")
        self.assertIn("was not called", failed["sentence"])
        shown = {item["name"]: item for item in self.admin.must("GET", "/api/v1/outside")["lists"]}
        self.assertEqual(shown["state"]["hotlists"][0]["newest"]["outcome"], "applied")
        self.assertIn("was not called", shown["inner"]["why"])
        self.assertNotIn("good_at", shown["inner"])
        fresh = {item["id"]: item["freshness"]["state"] for item in supervisor.must("GET", "/api/v1/hotlists")["items"]}
        self.assertEqual(fresh[lists["state"]], "stale", "it came now, but its server says that it is old")

    def test_a_mail_server_has_the_mail_only_by_tls_and_says_no_plate(self):
        box = Mailbox()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)

        def knows(_server, _session, _envelope, _mechanism, data):
            return AuthResult(success=data.login == b"house" and data.password == b"s3cret")
        server = Controller(box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True,
                            authenticator=knows, auth_required=True)
        server.start()
        self.addCleanup(server.stop)
        self.start(server.port)
        mail = {"kind": "mail", "url": f"smtp://localhost:{server.port}", "mail_from": "lpr@town.example", "user": "house", "password": "s3cret"}
        for wrong in ({"mail_to": []}, {"mail_to": ["a b@c"]}, {"mail_from": "x@y>\r\nRCPT TO:<z@y"}):
            self.assertEqual(self.admin.post("/api/v1/channels", {"name": "x", "mail_to": ["a@b.c"], **mail, **wrong})[0], 422, wrong)
        made = self.make(name="Büro", mail_to=["desk@town.example", "chief@town.example"], parts=["hotlist", "place"], **mail)
        self.raise_alert()
        self.newest(made["id"], "delivered")
        self.admin.must("POST", f"/api/v1/channels/{made['id']}/test", {})
        eventually(lambda: len(box.mails) == 2, "two mails")
        by_tls, known, sender, to, text = box.mails[0]
        self.assertTrue(by_tls and known)
        self.assertEqual((sender, to), ("lpr@town.example", ["desk@town.example", "chief@town.example"]))
        self.assertEqual(text["Subject"], "Glasshouse: an alert waits for a person")
        self.assertEqual(text["To"].replace("\r\n", ""), "desk@town.example, chief@town.example")
        words = text.get_payload(decode=True).decode()
        self.assertIn("Place: 44.000000, -74.900000", words)
        self.assertIn("A person must verify it", words)
        for absent in ("ABC1230", "Main Street"):
            self.assertNotIn(absent, words)
        self.assertIn("channel \"Büro\"", box.mails[1][4].get_payload(decode=True).decode())
        gone = self.make(name="Gone", mail_to=["nobody@town.example"], **mail)
        self.admin.must("POST", f"/api/v1/channels/{gone['id']}/test", {})
        dead = self.newest(gone["id"], "dead")
        self.assertEqual((dead["status"], dead["attempts"]), (550, 1))


if __name__ == "__main__":
    unittest.main()
