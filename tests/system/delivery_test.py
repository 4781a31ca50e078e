"""Channels over a real server: who may make one, what becomes of its messages, and that no inner address is called."""
import os
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Town  # noqa: E402

LONGEST_WAIT_S = 60


class DeliveryTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.admin = self.town.administrator()

    def until(self, channel, state):
        end = time.monotonic() + LONGEST_WAIT_S
        while time.monotonic() < end:
            items = self.admin.must("GET", f"/api/v1/channels/{channel}/deliveries")["items"]
            if items and items[0]["state"] == state:
                return items[0]
            time.sleep(0.2)
        self.fail(f"the newest message should be {state}: {items}")

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


if __name__ == "__main__":
    unittest.main()
