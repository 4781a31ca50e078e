"""A camera that is claimed, renews its certificate, and is revoked: the real program on both sides."""
import os

import stat
import subprocess
import time
import unittest

from harness import BINARY, Process, Town, second_port, spool_file


class DevicesTest(unittest.TestCase):
    def setUp(self):
        self.town = Town("--cameras", f"127.0.0.1:{second_port()}").start()
        self.admin = self.town.administrator()
        self.camera, _ = self.new_camera()
        self.identity = os.path.join(self.town.dir, "identity")
        self.spool = os.path.join(self.town.dir, "spool")

    def tearDown(self):
        self.town.__exit__()

    def new_camera(self):
        made = self.admin.must("POST", "/api/v1/cameras", {"name": "North", "place": {"lat": 44.0, "lon": -74.9}, "bearing_deg": 90,
                                                           "view_angle_deg": 30})
        return made["id"], made["name"]

    def code(self):
        return self.admin.must("POST", f"/api/v1/cameras/{self.camera}/claim-code", {})["code"]

    def claim(self, code, *more):
        return subprocess.run([BINARY, "claim", self.town.url, code, "--identity", self.identity, *more], capture_output=True, text=True)

    def runs(self):
        return Process(["camera", "--source", "none", "--identity", self.identity, "--spool", self.spool])

    def waiting(self):
        return [name for name in os.listdir(self.spool) if name.endswith(".json")]

    def wait_until_empty(self, camera):
        end = time.time() + 60
        while self.waiting():
            assert time.time() < end and camera.running(), camera.output()[-2000:]
            time.sleep(0.05)

    def put(self, plate):
        spool_file(self.spool, self.town.read(plate=plate))

    def certificate(self):
        return self.admin.must("GET", f"/api/v1/cameras/{self.camera}")["certificate"]

    def serve_at(self, offset):
        """The same server again, by a clock that is ahead."""
        self.town.stop()
        env = {"LD_PRELOAD": "libfaketime.so.1", "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        for folder in ("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime"):
            if os.path.isdir(folder):
                env["LD_PRELOAD"] = folder + "/libfaketimeMT.so.1"
        self.town.server = Process(["serve", "--data", self.town.data, "--port", str(self.town.port), *self.town.more], env)
        self.town.server.wait_for("Glasshouse .* runs")

    def test_claim_upload_revoke_and_the_end_of_a_day(self):
        code = self.code()
        claimed = self.claim(code)
        self.assertEqual(claimed.returncode, 0, claimed.stderr)
        self.assertIn(self.camera, claimed.stdout)
        key = os.path.join(self.identity, "camera.key")
        self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
        # OpenSSL's own program takes it for what it shall be.
        checked = subprocess.run(["openssl", "verify", "-purpose", "sslclient", "-CAfile", os.path.join(self.town.data, "devices.pem"),
                                  os.path.join(self.identity, "certificate.pem")], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        shown = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-subject", "-ext", "basicConstraints,extendedKeyUsage", "-in",
                                os.path.join(self.identity, "certificate.pem")], capture_output=True, text=True).stdout
        self.assertIn(self.camera, shown)
        self.assertIn("CA:FALSE", shown)
        self.assertIn("TLS Web Client Authentication", shown)
        again = self.claim(code, "--new-key")
        self.assertEqual(again.returncode, 1)
        self.assertIn("This claim code is not good", again.stderr)

        self.assertEqual(self.claim(self.code(), "--new-key").returncode, 0)
        self.assertEqual(self.certificate()["state"], "valid")
        os.makedirs(self.spool)
        self.put("CLM1001")
        camera = self.runs()
        self.wait_until_empty(camera)

        # Its day is over by the server's clock: refused, renewed by itself, taken.
        self.serve_at("+25h")
        self.put("CLM1002")
        camera.wait_for("This camera's certificate ran out", 90)
        camera.wait_for("the certificate was renewed", 90)
        self.wait_until_empty(camera)
        self.assertEqual(camera.stop(), 0)

        # Another nine days without it: nothing but a new claim helps. What it read waits.
        self.serve_at("+11d")
        self.put("CLM1003")
        camera = self.runs()
        camera.wait_for("ran out too long ago", 60)
        self.assertEqual(len(self.waiting()), 1)
        camera.stop()

    def test_a_revoked_camera_is_refused_and_keeps_its_reads(self):
        self.assertEqual(self.claim(self.code()).returncode, 0)
        os.makedirs(self.spool)
        self.put("RVK1001")
        camera = self.runs()
        self.wait_until_empty(camera)
        self.admin.must("DELETE", f"/api/v1/cameras/{self.camera}/certificate")
        self.put("RVK1002")
        camera.wait_for("This camera's certificate was revoked", 60)
        self.assertEqual(len(self.waiting()), 1)
        self.assertEqual(camera.stop(), 0)
        self.assertEqual(len(self.waiting()), 1)
        self.assertEqual(self.certificate()["state"], "revoked")
        refused = self.claim(self.code())
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--new-key", refused.stderr)
        self.assertEqual(self.claim(self.code(), "--new-key").returncode, 0)
        camera = self.runs()
        self.wait_until_empty(camera)
        self.assertEqual(camera.stop(), 0)
        kinds = [entry["kind"] for entry in self.admin.must("GET", "/api/v1/ledger/entries?limit=200")["items"]]
        for kind in ("camera.claim-code", "camera.claimed", "camera.revoke"):
            self.assertIn(kind, kinds)

    def test_a_code_does_not_cross_an_open_line(self):
        refused = subprocess.run([BINARY, "claim", "http://192.0.2.1:8080", "AAAAA", "--identity", self.identity], capture_output=True,
                                 text=True)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("anybody can read", refused.stderr)


if __name__ == "__main__":
    unittest.main()
