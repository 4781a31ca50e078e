"""Starts the real program for system tests. Only Python's standard library.

    from harness import Town
    with Town() as town:                      # a server with an empty data folder on a free port
        admin = town.administrator()          # signed in
        officer = town.officer("officer")     # made by the administrator, signed in by a one-time link
        camera_id, token = town.camera("Main Street")
        town.upload(token, [town.read("ABC1234")])
        status, body = officer.get("/api/v1/live")

GLASSHOUSE_BIN names the program. GLASSHOUSE_TEST_PORT fixes the first port that is tried (default: any free one).
"""
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

from passkey import Passkey

BINARY = os.environ.get("GLASSHOUSE_BIN", "")
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
# 1x1 pixel, a whole JPEG.
TINY_JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c"
    "1c20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f000001050101010101"
    "0100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107"
    "227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a"
    "636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7"
    "c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9")


def new_id(prefix, now_ms=None):
    """As base::new_id: 48 bits of time, 80 random bits, Crockford base 32."""
    ms = int(time.time() * 1000) if now_ms is None else now_ms
    value = (ms << 80) | int.from_bytes(os.urandom(10), "big")
    return prefix + "_" + "".join(CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def rfc3339(seconds=None):
    seconds = time.time() if seconds is None else seconds
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03d}Z"


def stored_in(folder):
    """(name, content) of every file below. A program may be writing there: a file that was listed and is gone when it is read
    has got another name, so that all are listed and read again."""
    for _ in range(100):
        try:
            return [(name, open_and_read(os.path.join(root, name))) for root, _, names in os.walk(folder) for name in names]
        except FileNotFoundError:
            time.sleep(0.05)
    raise AssertionError(f"files kept vanishing from {folder} while they were read")


def open_and_read(path):
    with open(path, "rb") as source:
        return source.read()


def free_port():
    first = int(os.environ.get("GLASSHOUSE_TEST_PORT", "0"))
    for port in range(first, first + 50) if first else [0]:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise RuntimeError("no free port")


def second_port():
    """A free one beside a town's own, which may be taken by nobody yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def spool_file(folder, upload):
    """Puts a read into a camera's spool, as docs/formats/spool.md says."""
    text = json.dumps(upload)
    digest = hashlib.sha256((upload["id"] + "\n" + text).encode()).hexdigest()
    os.makedirs(folder, exist_ok=True)
    beside = os.path.join(folder, "." + upload["id"] + ".new")
    with open(beside, "w") as target:
        target.write(f"glasshouse-spool 1 {digest}\n{text}")
    os.rename(beside, os.path.join(folder, upload["id"] + ".json"))


class AgeKey:
    """A key of Debian's age, in a file of its own; .recipient is its public half."""

    def __init__(self, folder, text=None):
        self.path = os.path.join(folder, new_id("key") + ".txt")
        if text is None:
            subprocess.run(["age-keygen", "-o", self.path], check=True, capture_output=True)
        else:
            with open(self.path, "w") as target:
                target.write(text + "\n")
        self.recipient = subprocess.run(["age-keygen", "-y", self.path], check=True, capture_output=True, text=True).stdout.strip()

    def open(self, sealed):
        """The plaintext; None when this key does not open it."""
        opened = subprocess.run(["age", "-d", "-i", self.path], input=sealed, capture_output=True)
        return opened.stdout if opened.returncode == 0 else None


class Client:
    """One signed-in browser, so to speak: keeps the cookie, sends the Origin."""

    def __init__(self, port):
        self.port, self.cookie, self.csrf = port, None, None

    def request(self, method, path, body=None, headers=None, raw=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        head = {"Origin": f"http://127.0.0.1:{self.port}"}
        if self.cookie:
            head["Cookie"] = self.cookie
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            head["Content-Type"] = "application/json"
        head.update(headers or {})
        if method != "GET" and "Idempotency-Key" not in head:
            head["Idempotency-Key"] = new_id("key")
        try:
            connection.request(method, path, body.encode() if isinstance(body, str) else body, head)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookie = value.split(";")[0]
        if raw:
            return answer.status, content, dict((k.lower(), v) for k, v in answer.getheaders())
        try:
            return answer.status, json.loads(content) if content else None
        except ValueError:
            return answer.status, content

    def get(self, path, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.request("GET", path)

    def post(self, path, body=None, **more):
        return self.request("POST", path, {} if body is None else body, **more)

    def patch(self, path, body, **more):
        return self.request("PATCH", path, body, **more)

    def put(self, path, body, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def must(self, method, path, body=None, **more):
        """The answer's body; an AssertionError with the problem when it is no success."""
        status, answer = self.request(method, path, body, **more)
        assert 200 <= status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def events(self):
        """Yields (type, data) of the event stream. Ends when the connection does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/api/v1/events", headers={"Cookie": self.cookie, "Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        kind, data = "message", []
        for line in answer:
            line = line.decode().rstrip("\r\n")
            if line.startswith("event:"):
                kind = line[6:].strip()
            elif line.startswith("data:"):
                data.append(line[5:].strip())
            elif not line and data:
                yield kind, json.loads("\n".join(data))
                kind, data = "message", []


class Process:
    """A program that runs; its output is kept in lines."""

    def __init__(self, arguments, env=None):
        self.lines, self.lock = [], threading.Lock()
        self.process = subprocess.Popen([BINARY, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, **(env or {})})
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.lock:
                self.lines.append(line.decode(errors="replace").rstrip("\n"))

    def output(self):
        with self.lock:
            return "\n".join(self.lines)

    def running(self):
        return self.process.poll() is None

    def wait_for(self, pattern, timeout=60):
        end = time.time() + timeout
        while time.time() < end:
            found = re.search(pattern, self.output())
            if found:
                return found
            if not self.running():
                break
            time.sleep(0.02)
        raise AssertionError(f"/{pattern}/ did not come. Output:\n{self.output()[-3000:]}")

    def kill(self):
        if self.running():
            self.process.send_signal(signal.SIGKILL)
        self._end()

    def stop(self, timeout=30):
        """SIGTERM; returns the exit status."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the program did not end on SIGTERM. Output:\n" + self.output()[-3000:])
        self._end()
        return self.process.returncode

    def ended(self, timeout=60):
        """Waits for it to end by itself; the exit status."""
        self.process.wait(timeout)
        self._end()
        return self.process.returncode

    def _end(self):
        self.process.wait()
        self.reader.join(5)
        if not self.reader.is_alive():
            self.process.stdout.close()


class Town:
    """A server with its data folder. A context manager; also start(), kill(), stop() and start again."""

    def __init__(self, *more_arguments, env=None):
        assert BINARY, "GLASSHOUSE_BIN is not set"
        self.dir = tempfile.mkdtemp(prefix="glasshouse-test-")
        self.data = os.path.join(self.dir, "data")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.more, self.env = list(more_arguments), env
        self.server, self.admin, self.first_output = None, None, ""

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.server and self.server.running():
            self.server.kill()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self, timeout=60):
        self.server = Process(["serve", "--data", self.data, "--port", str(self.port), *self.more], env=self.env)
        end = time.time() + timeout
        while time.time() < end:
            try:
                if Client(self.port).get("/api/v1/about")[0] == 200:
                    return self
            except OSError:
                pass
            if not self.server.running():
                break
            time.sleep(0.05)
        raise AssertionError("the server did not start. Output:\n" + self.server.output()[-3000:])

    def kill(self):
        self.server.kill()

    def stop(self):
        return self.server.stop()

    def client(self):
        return Client(self.port)

    def administrator(self):
        """The first administrator, by the link that the first start prints."""
        if self.admin is None:
            link = self.server.wait_for(r"/sign-in\?link=([A-Za-z0-9_-]+)").group(1)
            self.admin = self.client()
            self.admin.must("POST", "/api/v1/sign-in/link",
                            {"token": link, "name": "Ada Administrator", "login": "ada"})
            self.enroll(self.admin)
        return self.admin

    @staticmethod
    def enroll(person):
        """Adds a passkey to a signed-in person: nobody works under a link alone. It becomes their .device."""
        person.device = Passkey()
        question = person.must("POST", "/api/v1/me/passkeys/question")
        person.must("POST", "/api/v1/me/passkeys", person.device.made(question))

    @staticmethod
    def touch(person):
        """Touches the person's passkey again, for what weighs more than ten minutes later."""
        person.must("POST", "/api/v1/me/confirm", person.device.used(person.must("POST", "/api/v1/me/confirm/question")))

    def officer(self, role="officer", login=None):
        """A signed-in person of that role; .id is the account's."""
        login = login or f"{role}-{new_id('x')[-6:]}"
        made = self.administrator().must("POST", "/api/v1/accounts", {"name": login.title(), "login": login, "role": role})
        person = self.client()
        token = re.search(r"link=([A-Za-z0-9_-]+)", made["sign_in"]["link"]).group(1)
        person.must("POST", "/api/v1/sign-in/link", {"token": token})
        self.enroll(person)
        person.id, person.login = made["account"]["id"], login
        return person

    def again(self, person):
        """A new session by the person's passkey: none outlives a restore."""
        back = self.client()
        back.must("POST", "/api/v1/sign-in/passkey", person.device.used(back.must("POST", "/api/v1/sign-in/passkey/question")))
        return back

    def camera(self, name="Test camera", lat=44.0, lon=-74.9):
        """(camera id, device token)"""
        admin = self.administrator()
        made = admin.must("POST", "/api/v1/cameras", {"name": name, "place": {"lat": lat, "lon": lon}, "bearing_deg": 90,
                                                      "view_angle_deg": 30})
        return made["id"], admin.must("POST", f"/api/v1/cameras/{made['id']}/token", {})["token"]

    def token_file(self, token):
        path = os.path.join(self.dir, new_id("tok") + ".token")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as target:
            target.write(token + "\n")
        return path

    @staticmethod
    def read(plate=None, region="us-va", color="red", body="sedan", at=None, picture=None, **more):
        """A ReadUpload. With a picture it goes by send_by_camera: the server takes none that is open."""
        upload = {"id": new_id("read"), "captured_at": rfc3339(at),
                  "vehicle": {"body": body, "color": color, "make": "unknown", "body_confidence": 0.9,
                              "color_confidence": 0.9}}
        if plate:
            upload["plate"] = {
                "text": plate, "confidence": 0.95, "box": {"x": 10, "y": 10, "w": 100, "h": 30}, "region": region,
                "region_confidence": 0.9,
                "characters": [{"value": c, "confidence": 0.97, "alternatives": []} for c in plate],
                "candidates": [{"text": plate, "confidence": 0.95}]}
        if picture:
            import base64
            upload["picture_jpeg"] = base64.b64encode(picture).decode()
            upload["preview_jpeg"] = base64.b64encode(TINY_JPEG).decode()
        upload.update(more)
        return upload

    def send_by_camera(self, token, reads):
        """As another program gives reads to a camera: into its spool, and from there sealed to the server. Returns the spool."""
        spool = os.path.join(self.dir, "spool-" + hashlib.sha256(token.encode()).hexdigest()[:8])
        for read in reads:
            spool_file(spool, read)
        camera = Process(["camera", "--source", "none", "--server", self.url, "--token-file", self.token_file(token), "--spool", spool])
        end = time.time() + 60
        while any(name.endswith(".json") for name in os.listdir(spool)):
            assert time.time() < end and camera.running(), camera.output()[-2000:]
            time.sleep(0.05)
        assert camera.stop() == 0, camera.output()[-2000:]
        assert not os.path.exists(os.path.join(spool, "refused")), camera.output()[-2000:]
        return spool

    def upload(self, token, reads):
        """The answer to one batch, as a camera sends it."""
        return self.client().must("POST", "/api/v1/ingest/reads", {"reads": reads},
                                  headers={"Authorization": "Bearer " + token})

    def hotlist(self, supervisor, name="Stolen", zero_rule="distinct"):
        return supervisor.must("POST", "/api/v1/hotlists", {"name": name, "zero_rule": zero_rule})["id"]

    def wanted(self, supervisor, hotlist_id, plate, **more):
        entry = {"plate": plate, "reason": "Stolen vehicle", "case_number": "26-1", "expires_at": rfc3339(time.time() + 86400)}
        entry.update(more)
        return supervisor.must("POST", f"/api/v1/hotlists/{hotlist_id}/entries", entry)

    def case(self, supervisor, officers, number=None, purpose="stolen-vehicle", offence=None):
        """An open case with these officers (clients of officer()); its id."""
        if offence is None:
            offence = supervisor.must("GET", "/api/v1/purposes")["offences"][0]["code"]
        return supervisor.must("POST", "/api/v1/cases", {
            "number": number or "26-" + new_id("x")[-8:], "purpose": purpose, "offence": offence, "title": "A test case",
            "officer_ids": [person.id for person in officers]})["id"]

    def search(self, officer, case_id, question, **more):
        """Every read that matches, all pages."""
        items, cursor = [], None
        while True:
            body = {"case_id": case_id, "question": question, "limit": 200, **more}
            if cursor:
                body["cursor"] = cursor
            page = officer.must("POST", "/api/v1/search", body)
            items += page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return items
