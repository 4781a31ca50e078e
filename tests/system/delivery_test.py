"""Channels over a real server: who may make one, what becomes of its messages, and that no inner address is called
unless whoever runs the machine said so."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Town  # noqa: E402

LONGEST_WAIT_S = 60
CAP_READER = pathlib.Path(__file__).resolve().parent.parent / "cap_js" / "read"
BROWSER = pathlib.Path(__file__).resolve().parent.parent / "push_js" / "browser"


def certificate(folder):
    """A certificate for localhost that is its own authority."""
    paths = os.path.join(folder, "localhost.pem"), os.path.join(folder, "localhost.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", paths[0],
                    "-keyout", paths[1]], check=True, capture_output=True)
    return paths


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_):
        pass


class DeliveryTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.admin = self.town.administrator()

    def until(self, channel, state, who=None, path="channels"):
        end = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < end:
            items = (who or self.admin).must("GET", f"/api/v1/{path}/{channel}/deliveries")["items"]
            if items and items[0]["state"] == state:
                return items[0]
            time.sleep(0.2)
        self.fail(f"the newest message should be {state}: {items}")

    def receiver(self):
        """A server beside the town's, which may call it: whoever runs the machine said so."""
        pem, key = certificate(self.town.dir)
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        receiver.taken, receiver.status = [], 204
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        self.addCleanup(receiver.server_close)
        self.addCleanup(receiver.shutdown)
        port = receiver.server_address[1]
        self.town.stop()
        self.town.more = ["--reach", f"127.0.0.1:{port}", "--trust-ca", pem, "--push-service", f"localhost:{port}"]
        self.town.start()
        return receiver, port

    def test_addresses_of_the_own_network_are_never_called(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            listener.settimeout(0.5)
            port = listener.getsockname()[1]
            for host in ("127.0.0.1", "localhost", "[::1]", "0x7f000001", "[::ffff:127.0.0.1]"):
                made = self.admin.must("POST", "/api/v1/channels", {"name": host, "url": f"https://{host}:{port}/hook"})
                self.admin.must("POST", f"/api/v1/channels/{made['channel']['id']}/test", {})
                message = self.until(made["channel"]["id"], "dead")
                self.assertIn("was not called", message["sentence"], host)
                self.assertEqual(message["attempts"], 1)
            with self.assertRaises(TimeoutError):
                listener.accept()

    def test_only_an_administrator_makes_one_it_is_recorded_and_alerts_reach_its_log(self):
        supervisor, dispatcher = self.town.officer("supervisor"), self.town.officer("dispatcher")
        body = {"name": "Dispatch", "url": "https://localhost/hook"}
        self.assertEqual(supervisor.post("/api/v1/channels", body)[0], 403)
        self.assertEqual(supervisor.get("/api/v1/channels")[0], 403)
        self.assertEqual(self.admin.post("/api/v1/channels", {**body, "url": "http://hooks.example/"})[0], 422)
        self.assertEqual(self.admin.post("/api/v1/channels", {**body, "parts": ["plate"]})[0], 422)
        made = self.admin.must("POST", "/api/v1/channels", body)
        self.assertNotIn("secret", self.admin.must("GET", "/api/v1/channels")["items"][0])
        self.assertEqual(made["channel"]["parts"], ["hotlist", "camera"])
        kinds = [item["kind"] for item in dispatcher.must("GET", "/api/v1/ledger/entries?limit=200")["items"]]
        self.assertIn("channel.create", kinds)

        listed = self.town.hotlist(supervisor)
        _, token = self.town.camera()
        self.town.wanted(supervisor, listed, "ABC1230")
        self.town.upload(token, [self.town.read("ABC1230")])
        alert = dispatcher.must("GET", "/api/v1/alerts")["items"][0]
        message = self.until(made["channel"]["id"], "dead")
        self.assertEqual(message["alert_id"], alert["id"])
        again = f"/api/v1/channels/{made['channel']['id']}/deliveries/{message['id']}/again"
        self.assertEqual(self.admin.must("POST", again, {})["state"], "waiting")
        self.until(made["channel"]["id"], "dead")
        self.assertEqual(self.admin.delete(f"/api/v1/channels/{made['channel']['id']}")[0], 204)
        self.assertEqual(self.admin.get(f"/api/v1/channels/{made['channel']['id']}/deliveries")[0], 404)

    def test_what_the_machines_owner_allows_is_called_by_tls_and_a_stranger_reads_the_cap_messages(self):
        receiver, port = self.receiver()
        supervisor = self.town.officer("supervisor")
        url = f"https://localhost:{port}/hook"
        hook = self.admin.must("POST", "/api/v1/channels", {"name": "Hook", "url": url})
        cap = self.admin.must("POST", "/api/v1/channels", {
            "name": "R&D <desk>", "kind": "cap", "url": url, "parts": ["hotlist", "camera", "place"], "states": ["pending", "rejected"]})
        self.assertEqual(cap["channel"]["kind"], "cap")
        self.assertEqual(self.admin.put(f"/api/v1/channels/{cap['channel']['id']}", {"name": "x", "url": url, "kind": "webhook"})[0], 422)
        self.assertEqual(self.admin.post("/api/v1/channels", {"name": "x", "url": url, "kind": "pigeon"})[0], 422)

        listed = self.town.hotlist(supervisor)
        _, token = self.town.camera("Main & 5th")
        self.town.wanted(supervisor, listed, "ABC1230")
        self.town.upload(token, [self.town.read("ABC1230")])
        self.until(cap["channel"]["id"], "delivered")
        self.until(hook["channel"]["id"], "delivered")
        dispatcher = self.town.officer("dispatcher")
        alert = dispatcher.must("GET", "/api/v1/alerts")["items"][0]
        dispatcher.must("POST", f"/api/v1/alerts/{alert['id']}/decision",
                        {"decision": "reject", "reason_code": "misread", "compared": []})
        end = time.monotonic() + LONGEST_WAIT_S
        while len(receiver.taken) < 3 and time.monotonic() < end:
            time.sleep(0.2)
        self.admin.must("POST", f"/api/v1/channels/{cap['channel']['id']}/test", {})
        self.until(cap["channel"]["id"], "delivered")

        paths, signed = [], {"application/json": hook["secret"], "application/cap+xml": cap["secret"]}
        for number, (headers, body) in enumerate(receiver.taken):
            seconds, said = (part.split("=")[1] for part in headers["Glasshouse-Signature"].split(","))
            secret = signed[headers["Content-Type"]]
            self.assertEqual(said, hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest())
            self.assertNotIn(b"ABC1230", body)
            if headers["Content-Type"] == "application/cap+xml":
                paths.append(os.path.join(self.town.dir, f"{number}.xml"))
                pathlib.Path(paths[-1]).write_bytes(body)
        self.assertEqual(len(paths), 3)
        lines = subprocess.run([str(CAP_READER), *paths], check=True, capture_output=True, text=True).stdout.splitlines()
        first, cancelled, tested = (json.loads(line) for line in lines)
        self.assertEqual(first["areas"], [["Main & 5th", "44.000000,-74.900000 0.100000"]])
        self.assertEqual(first["incidents"], alert["id"])
        self.assertIn(first["identifier"], cancelled["references"])
        self.assertIn("rejected", cancelled["headline"])
        self.assertIn("test", tested["headline"])
        # What the database holds of the secrets opens nothing.
        for path in pathlib.Path(self.town.data).glob("records.db*"):
            for secret in signed.values():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_a_persons_browser_is_told_sealed_and_only_while_it_is_that_persons(self):
        receiver, port = self.receiver()
        supervisor, dispatcher = self.town.officer("supervisor"), self.town.officer("dispatcher")
        server_key = dispatcher.must("GET", "/api/v1/me/push")["key"]
        keys = json.loads(subprocess.run([str(BROWSER), "new"], check=True, capture_output=True, text=True).stdout)
        origin = f"https://localhost:{port}"
        wanted = {"name": "Desk", "endpoint": f"{origin}/push/1", "p256dh": keys["p256dh"], "auth": keys["auth"]}
        for wrong in ({"endpoint": "https://elsewhere.example/push"}, {"endpoint": f"https://127.0.0.1:{port}/push/1"}, {"auth": "AAAA"}):
            self.assertEqual(dispatcher.post("/api/v1/me/push", {**wanted, **wrong})[0], 422, wrong)
        self.assertEqual(self.admin.get("/api/v1/me/push")[0], 403)
        mine = dispatcher.must("POST", "/api/v1/me/push", wanted)
        for other, path in ((supervisor, "me/push"), (self.admin, "channels")):
            self.assertEqual(other.must("GET", f"/api/v1/{path}")["items"], [])
            self.assertEqual(other.delete(f"/api/v1/{path}/{mine['id']}")[0], 404)
        self.assertEqual(supervisor.get(f"/api/v1/me/push/{mine['id']}/deliveries")[0], 404)

        listed = self.town.hotlist(supervisor)
        _, token = self.town.camera("Main & 5th")
        for plate in ("ABC1230", "ABC1231", "ABC1232"):
            self.town.wanted(supervisor, listed, plate)

        def told(state):
            return self.until(mine["id"], state, dispatcher, "me/push")

        self.town.upload(token, [self.town.read("ABC1230")])
        told("delivered")
        headers, body = receiver.taken.pop()
        self.assertEqual([headers[name] for name in ("Content-Encoding", "Urgency")], ["aes128gcm", "high"])
        self.assertLess(14300, int(headers["TTL"]))
        self.assertNotIn(b"Main", body)
        path = pathlib.Path(self.town.dir) / "pushed.json"
        path.write_text(json.dumps([{"keys": keys, "authorization": headers["Authorization"], "origin": origin, "server_key": server_key,
                                     "body": base64.b64encode(body).decode()}]))
        read = json.loads(subprocess.run([str(BROWSER), "read", str(path)], check=True, capture_output=True, text=True).stdout)
        alert = dispatcher.must("GET", "/api/v1/alerts")["items"][0]
        self.assertEqual([read["message"][name] for name in ("alert", "state", "camera")], [alert["id"], "pending", "Main & 5th"])
        self.assertNotIn("ABC1230", json.dumps(read))
        self.assertLess(read["claims"]["exp"], time.time() + 24 * 3600)
        for path in pathlib.Path(self.town.data).glob("records.db*"):
            self.assertNotIn(keys["auth"].encode(), path.read_bytes(), path)

        receiver.status = 410
        dispatcher.must("POST", f"/api/v1/me/push/{mine['id']}/test", {})
        self.assertIn("ended", told("dead")["sentence"])
        self.assertIn("ended_at", dispatcher.must("GET", "/api/v1/me/push")["items"][0])
        receiver.taken.clear()
        self.town.upload(token, [self.town.read("ABC1231")])

        receiver.status = 201
        mine = dispatcher.must("POST", "/api/v1/me/push", wanted)
        dispatcher.must("POST", f"/api/v1/me/push/{mine['id']}/test", {})
        told("delivered")
        self.assertEqual(len(receiver.taken), 1)
        account = dispatcher.must("GET", "/api/v1/me")["officer"]["id"]
        self.admin.must("PATCH", f"/api/v1/accounts/{account}", {"active": False})
        hook = self.admin.must("POST", "/api/v1/channels", {"name": "Hook", "url": f"{origin}/hook"})["channel"]["id"]
        self.town.upload(token, [self.town.read("ABC1232")])
        self.until(hook, "delivered")
        self.assertEqual(len(receiver.taken), 2, "whose account is closed is told nothing")


if __name__ == "__main__":
    unittest.main()
