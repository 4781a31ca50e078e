"""A server whose keys are with an agent: pictures open by way of the public log, and whoever has the server itself, its
folder and its line to the agent opens nothing past it. The messages are spoken by this test's own program as well.
"""
import base64
import http.client
import os
import re
import ssl
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BINARY, TINY_JPEG, AgeKey, Process, Town, free_port, new_id  # noqa: E402
from picture_packs import pictures_in  # noqa: E402


def b64(data):
    return base64.b64encode(data).decode()


class VaultAgentTest(unittest.TestCase):
    def setUp(self):
        self.town = Town()
        self.addCleanup(self.town.__exit__)
        os.makedirs(self.town.data, mode=0o700)
        self.folder, self.port = os.path.join(self.town.dir, "agent"), free_port()
        key = self.run_vault("key", self.town.data + "/vault-client.key").strip()
        self.arguments = ["vault", "serve", "--data", self.folder, "--listen", f"127.0.0.1:{self.port}", "--admit", key]
        self.agent = Process(self.arguments)
        self.addCleanup(lambda: self.agent.kill())
        self.agent_key = self.agent.wait_for(r"vault agent ([0-9a-f]{64}) on port").group(1)
        self.town.more = ["--vault", f"https://127.0.0.1:{self.port}", "--vault-key", self.agent_key]
        self.town.start()
        self.camera_id, self.token = self.town.camera()
        self.supervisor, self.officer = self.town.officer("supervisor"), self.town.officer("officer")
        self.case = self.town.case(self.supervisor, [self.officer])
        self.key = AgeKey(self.town.dir)

    def run_vault(self, *arguments, status=0):
        done = subprocess.run([BINARY, "vault", *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def restart_agent(self, policy):
        self.assertEqual(self.agent.stop(), 0)
        with open(self.folder + "/policy", "w") as target:
            target.write(policy)
        self.agent = Process(self.arguments)
        self.agent.wait_for(r"vault agent [0-9a-f]{64} on port")

    def log_line(self):
        with open(self.town.data + "/ledger/log.vkey") as source:
            return f"log {source.read()}"

    def read_with_picture(self):
        read = self.town.read(picture=TINY_JPEG)
        self.town.send_by_camera(self.token, [read])
        return read["id"]

    def picture(self, read_id):
        return self.officer.request("GET", f"/api/v1/reads/{read_id}/picture?case_id={self.case}&to={self.key.recipient}", raw=True)

    def as_the_server(self, text, key_file=None):
        """One message over the line, with the key that the server itself has: (word, {name: values})."""
        pem = os.path.join(self.town.dir, new_id("pem") + ".pem")
        with open(key_file or self.town.data + "/vault-client.key") as source:
            seed = bytes.fromhex(source.read().strip())
        der = bytes.fromhex("302e020100300506032b657004220420") + seed
        with open(pem, "w") as target:
            target.write(f"-----BEGIN PRIVATE KEY-----\n{b64(der)}\n-----END PRIVATE KEY-----\n")
        subprocess.run(["openssl", "req", "-x509", "-key", pem, "-subj", "/CN=whoever", "-days", "2", "-out", pem + ".crt"],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(pem + ".crt", pem)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        connection.request("POST", "/vault", text)
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        fields = {}
        for line in lines[1:]:
            name, value = line.split(" ", 1)
            fields.setdefault(name, []).append(value)
        return re.fullmatch("glasshouse-vault 1 ([a-z-]+)", lines[0]).group(1), fields

    def stored_header(self, read_id):
        """The header of the read's file as it lies on the server's disk."""
        for name, _, data in pictures_in(self.town.data + "/reads/pictures"):
            if name == read_id:
                return data[:data.index(b"\n", data.index(b"\n---") + 1) + 1]
        raise AssertionError("the picture is not stored")

    def test_pictures_open_by_way_of_the_log_and_in_no_other(self):
        read_id = self.read_with_picture()
        self.assertFalse(os.path.exists(self.town.data + "/vault"), "no key of a day on the server's machine")
        status, body, _ = self.picture(read_id)
        self.assertEqual(status, 503, "the agent was told of no log yet")
        self.assertIn("told of no log", body.decode())
        self.restart_agent(self.log_line() + "quorum none\n")
        status, sealed, _ = self.picture(read_id)
        self.assertEqual(status, 200, sealed)
        self.assertIn(TINY_JPEG[2:40], self.key.open(sealed))
        kinds = [e["kind"] for e in self.town.client().must("GET", "/log/entries?limit=50")["items"]]
        self.assertEqual(kinds.count("picture.release"), 2, "the refused one stands there as well")

        # Whoever has the server's own key, its pictures and its log: everything but an entry for this.
        header = self.stored_header(read_id)
        thief = AgeKey(self.town.dir)
        word, standing = self.as_the_server("glasshouse-vault 1 standing\n")
        self.assertEqual(word, "ok")
        self.assertGreater(len(standing["day"]), 8)
        with open(self.town.data + "/ledger/checkpoint") as source:
            size = int(source.read().split("\n")[1])
        given = 0
        for index in [*range(0, size, max(1, size // 8)), size - 1]:
            proof = subprocess.run([BINARY, "ledger", "prove", self.town.data + "/ledger", str(index)], capture_output=True).stdout
            ask = "\n".join(["glasshouse-vault 1 release", f"read {read_id}", "captured 2026-11-24T12:00:00.000Z", f"header {b64(header)}",
                             f"recipient {thief.recipient}", f"proof {b64(proof)}", f"old {size}", ""])
            word, refused = self.as_the_server(ask)
            given += word != "refused"
            self.assertEqual((word, refused["code"]), ("refused", ["no-proof"]), refused)
        print(f"vault_agent.past_the_log\t{given}\tpictures", flush=True)
        for words in ("part-key", "secret", "release"):
            self.assertEqual(self.as_the_server(f"glasshouse-vault 1 {words}\n")[0], "refused")
        day = standing["day"][0]
        self.assertEqual(self.as_the_server(f"glasshouse-vault 1 check\nday {day}\nheader {b64(header)}\n")[0], "refused")
        self.run_vault("key", self.town.dir + "/stranger.key")
        with self.assertRaises(OSError, msg="another key is nobody"):
            self.as_the_server("glasshouse-vault 1 standing\n", self.town.dir + "/stranger.key")

        said = self.run_vault("reconcile", "--released", self.folder + "/released", "--log", self.town.data + "/ledger")
        self.assertIn("released    1 pictures", said)
        self.assertIn("unreleased  1 entries", said)

    def test_how_long_a_picture_takes(self):
        self.restart_agent(self.log_line() + "quorum none\n")
        read_id = self.read_with_picture()
        took = []
        for _ in range(60):
            begin = time.perf_counter()
            status, sealed, _ = self.picture(read_id)
            took.append((time.perf_counter() - begin) * 1000)
            self.assertEqual(status, 200, sealed)
        print(f"vault_agent.release_p95\t{sorted(took)[56]:.1f}\tms", flush=True)
        self.assertLess(sorted(took)[30], 1000, "a machine that does nothing else needs a tenth of that")

    def test_while_the_agent_is_away_reads_come_in_and_it_is_said(self):
        self.restart_agent(self.log_line() + "quorum none\n")
        self.agent.kill()
        self.town.stop()
        self.town.start()
        read_id = self.read_with_picture()
        status, body, _ = self.picture(read_id)
        self.assertEqual(status, 503)
        self.assertIn("agent", body.decode())
        findings = self.town.admin.must("GET", f"/api/v1/cameras/{self.camera_id}")["findings"]
        self.assertIn("no picture can be opened now", " ".join(f["sentence"] for f in findings))
        self.agent = Process(self.arguments)
        self.agent.wait_for(r"vault agent [0-9a-f]{64} on port")
        time.sleep(2.1)  # the server leaves an agent alone for two seconds after it did not answer
        status, sealed, _ = self.picture(read_id)
        self.assertEqual(status, 200, sealed)
        self.assertIsNotNone(self.key.open(sealed))


if __name__ == "__main__":
    unittest.main()
