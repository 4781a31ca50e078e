"""Pictures from the camera to the one who asked: sealed in the spool, on the wire and on the server, opened by the key
that was asked for, gone with their day; and no trace of an open one in the server, its folder or the camera's.
"""
import email
import email.policy
import glob
import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from canary import Marks, memory_of  # noqa: E402
from harness import TINY_JPEG, AgeKey, Process, Town, spool_file, stored_in  # noqa: E402
from picture_packs import pictures_in  # noqa: E402

STILLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples", "stills")
PICTURES = 20


def marked(mark):
    """A JPEG with the mark in a comment, as its second segment."""
    return TINY_JPEG[:2] + b"\xff\xfe" + (len(mark) + 2).to_bytes(2, "big") + mark + TINY_JPEG[2:]


class SealedTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.camera_id, self.token = self.town.camera()
        self.supervisor, self.officer = self.town.officer("supervisor"), self.town.officer("officer")
        self.case = self.town.case(self.supervisor, [self.officer])

    def picture(self, read_id, key):
        return self.officer.request("GET", f"/api/v1/reads/{read_id}/picture?case_id={self.case}&to={key.recipient}", raw=True)

    def vault_key(self):
        """The key of today, as Debian's age takes it."""
        newest = sorted(glob.glob(self.town.data + "/vault/days/*.key"))
        day = time.strftime("%Y-%m-%d", time.gmtime())
        with open(next(path for path in newest if day in path)) as source:
            return AgeKey(self.town.dir, source.read().split()[2])

    def test_marked_pictures_leave_no_trace_in_the_server(self):
        marks = Marks(PICTURES)
        reads = [self.town.read(f"T{n:05d}", picture=marked(mark)) for n, mark in enumerate(marks.all)]
        # The scan finds what is there: in the spool as another program wrote it, and in the memory of one who holds it.
        control = os.path.join(self.town.dir, "control")
        for read in reads:
            spool_file(control, read)
        self.assertEqual(marks.in_folder(control), PICTURES)
        self.assertGreaterEqual(marks.hits(memory_of(os.getpid())), PICTURES)
        shutil.rmtree(control)

        spool = self.town.send_by_camera(self.token, reads)
        key = AgeKey(self.town.dir)
        for read, mark in zip(reads, marks.all):
            status, sealed, headers = self.picture(read["id"], key)
            self.assertEqual((status, headers["content-type"], headers["x-glasshouse-picture"]), (200, "application/age", "sealed"))
            self.assertIn(mark, key.open(sealed), "it opens for who asked")
            self.assertNotIn(mark, sealed)
        self.assertIsNone(AgeKey(self.town.dir).open(sealed), "and for nobody else")
        self.town.search(self.officer, self.case, {"colors": ["red"]})
        stored = list(pictures_in(self.town.data + "/reads/pictures"))
        self.assertEqual(sorted(read_id for read_id, _, _ in stored), sorted(read["id"] for read in reads))
        for read_id, manifest, sealed in stored:
            self.assertIn(f"\nread {read_id}\n".encode(), manifest)
            self.assertIsNotNone(self.vault_key().open(sealed), "the day's key in the vault opens what is stored")

        self.assertEqual(marks.hits(memory_of(self.town.server.process.pid)), 0)
        self.assertEqual(marks.in_folder(self.town.data), 0)
        self.assertEqual(marks.in_folder(spool), 0)
        self.assertEqual(marks.hits([self.town.server.output().encode()]), 0)

    def test_a_camera_without_a_line_seals_with_the_keys_that_it_has(self):
        spool, watched = os.path.join(self.town.dir, "spool"), os.path.join(self.town.dir, "watched")
        os.makedirs(watched)
        arguments = ["camera", "--server", self.town.url, "--token-file", self.town.token_file(self.token), "--spool", spool]
        first = Process([*arguments, "--source", "none"])
        end = time.time() + 30
        while not os.path.exists(spool + "/seal/day-keys"):
            self.assertLess(time.time(), end, first.output())
            time.sleep(0.05)
        first.kill()
        self.town.kill()
        shutil.copy(STILLS + "/bridge-pickup-rear.jpg", watched + "/one.jpg")
        camera = Process([*arguments, "--source", watched])
        end = time.time() + 90
        while not (spooled := glob.glob(spool + "/read_*.json")):
            self.assertLess(time.time(), end, camera.output())
            time.sleep(0.1)
        with open(spooled[0], "rb") as source:
            upload = json.loads(source.read().split(b"\n", 1)[1])
        self.assertNotIn("picture_jpeg", upload)
        self.assertIn("picture_sealed", upload)
        camera.kill()
        camera = Process([*arguments, "--source", watched])
        self.town.start()
        end = time.time() + 90
        while glob.glob(spool + "/read_*.json"):
            self.assertLess(time.time(), end, camera.output())
            time.sleep(0.1)
        self.assertEqual(camera.stop(), 0)
        key = AgeKey(self.town.dir)
        status, sealed, _ = self.picture(upload["id"], key)
        self.assertEqual(status, 200)
        self.assertTrue(key.open(sealed).startswith(b"\xff\xd8\xff"))
        health = self.town.administrator().must("GET", f"/api/v1/cameras/{self.camera_id}")
        self.assertNotIn("did not come", json.dumps(health["findings"]))

    def test_the_form_that_cameras_send_is_read_by_python_and_curl_writes_one(self):
        read, sent = self.town.read("FORM001", picture=TINY_JPEG), []

        class Between(http.server.BaseHTTPRequestHandler):
            """Gives the camera its keys, keeps what it sends, and is never ready for it."""
            def do_GET(request):
                answer = self.town.client().must("GET", request.path, headers={"Authorization": request.headers["authorization"]})
                request.answer(200, json.dumps(answer).encode())

            def do_POST(request):
                body = request.rfile.read(int(request.headers["content-length"]))
                if request.path.endswith("/reads"):
                    sent.append((request.headers["content-type"], body))
                request.answer(503 if request.path.endswith("/reads") else 204, b"")

            def answer(request, status, body):
                request.send_response(status)
                request.send_header("Content-Length", str(len(body)))
                request.end_headers()
                request.wfile.write(body)

            def log_message(self, *_):
                pass

        between = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
        threading.Thread(target=between.serve_forever, daemon=True).start()
        self.addCleanup(between.server_close)
        self.addCleanup(between.shutdown)
        spool = os.path.join(self.town.dir, "form-spool")
        spool_file(spool, read)
        camera = Process(["camera", "--source", "none", "--server", f"http://127.0.0.1:{between.server_port}", "--token-file",
                          self.town.token_file(self.token), "--spool", spool])
        end = time.time() + 60
        while not sent:
            self.assertLess(time.time(), end, camera.output())
            time.sleep(0.05)
        camera.kill()
        kind, body = sent[0]
        form = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body, policy=email.policy.HTTP)
        self.assertEqual(form.get_content_type(), "multipart/form-data")
        parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
        upload, = json.loads(parts["reads"].get_payload(decode=True))["reads"]
        self.assertNotIn("picture_sealed", upload)
        picture = parts[upload["picture_part"]].get_payload(decode=True)
        self.assertIsNotNone(self.vault_key().open(picture))

        folder = os.path.join(self.town.dir, "form")
        os.makedirs(folder)
        upload["picture_part"] = "a-picture"
        with open(folder + "/reads", "w") as target:
            json.dump({"reads": [upload]}, target)
        with open(folder + "/picture", "wb") as target:
            target.write(picture)
        answer = subprocess.run(["curl", "-sS", "-H", "Authorization: Bearer " + self.token, "-F", f"reads=@{folder}/reads;type=application/json",
                                 "-F", f"a-picture=@{folder}/picture", self.town.url + "/api/v1/ingest/reads"],
                                capture_output=True, check=True).stdout
        self.assertEqual(json.loads(answer)["stored"], 1, answer)
        status, sealed, _ = self.picture(read["id"], AgeKey(self.town.dir))
        self.assertEqual(status, 200)

    def test_an_open_picture_is_refused_and_one_from_before_is_said_to_be_open(self):
        read = self.town.read("OLD0001", picture=TINY_JPEG)
        answer = self.town.upload(self.token, [read])
        self.assertEqual(answer["stored"], 0)
        self.assertIn("not sealed", answer["refused"][0]["reason"])
        self.town.send_by_camera(self.token, [read])
        pack = glob.glob(self.town.data + "/reads/pictures/*/sealed-*.pack")[0]
        with open(os.path.join(os.path.dirname(pack), read["id"] + ".jpg"), "wb") as target:
            target.write(TINY_JPEG)
        with sqlite3.connect(glob.glob(self.town.data + "/reads/days/*.db")[0]) as day:
            day.execute("DELETE FROM pictures WHERE row = (SELECT max(row) FROM reads)")
        status, picture, headers = self.picture(read["id"], AgeKey(self.town.dir))
        self.assertEqual((status, picture, headers["x-glasshouse-picture"]), (200, TINY_JPEG, "open"))

    def test_a_vault_elsewhere_leaves_no_key_in_the_data_folder(self):
        elsewhere = os.path.join(self.town.dir, "elsewhere")
        with Town("--vault", elsewhere) as town:
            self.assertTrue(glob.glob(elsewhere + "/days/*.key"))
            for name, content in stored_in(town.data):
                self.assertNotIn(b"AGE-SECRET-KEY-1", content, name)

    def test_the_keys_stand_in_the_public_log_and_a_destroyed_one_opens_nothing(self):
        read = self.town.read("GONE001", picture=TINY_JPEG)
        self.town.send_by_camera(self.token, [read])
        entries = self.officer.must("GET", "/api/v1/ledger/entries?limit=200")["items"]
        keys = {field["value"] for e in entries if e["kind"] == "vault.day-key" for field in e["fields"] if field["name"] == "day_key"}
        self.assertIn(self.vault_key().recipient, keys)
        self.assertGreaterEqual(len(keys), 8, "today and a week ahead")
        self.assertEqual(self.town.stop(), 0)
        with open(self.town.data + "/vault/shredded-before", "w") as target:  # as retention leaves it
            target.write(time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400)) + "\n")
        self.town.start()
        status, answer = self.officer.get(f"/api/v1/reads/{read['id']}/picture?case_id={self.case}&to={AgeKey(self.town.dir).recipient}")
        self.assertEqual(status, 410, answer)
        self.assertIn("destroyed", answer["detail"])
        self.assertFalse(glob.glob(self.town.data + "/vault/days/" + time.strftime("%Y-%m-%d", time.gmtime()) + ".key"))


if __name__ == "__main__":
    unittest.main()
