"""What the page "Check us" tells strangers to do, done: the program that it gives is built with Go's packages from Debian and
run against a real server, twice; then a server that gives out a changed line, and one with another history, are found out."""
import functools
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

from harness import BINARY, Town

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "web/public/check/verify_log.go"
PAGE = ROOT / "web/src/pages/check/page.tsx"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def serve(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    page = PAGE.read_text()
    with tempfile.TemporaryDirectory(prefix="check_us_") as name:
        work = pathlib.Path(name)
        shutil.copy(PROGRAM, work)
        # The page's own words, so that they stay true.
        command = re.search(r"(GO111MODULE=off GOPATH=\S+) go run verify_log.go \$\{here\} seen", page)
        assert command and "golang-golang-x-mod-dev" in page and "/check/verify_log.go" in page, "the page says something else"
        env = dict(os.environ, HOME=name, **dict(part.split("=") for part in command.group(1).split()))
        env["GOPATH"] = f"{work}/go:{env['GOPATH']}"  # where a build cache of its own may go
        env["GOCACHE"] = f"{work}/cache"
        subprocess.run(["go", "build", "-o", "verify_log", "verify_log.go"], cwd=work, env=env, check=True)

        def verify(url, seen="seen"):
            done = subprocess.run([work / "verify_log", url, seen], cwd=work, capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout + done.stderr

        with Town() as town:
            url = town.url
            officer = town.officer()
            status, said = verify(url)
            assert status == 0 and "are under its signature" in said, said
            size = int(re.search(r"All (\d+) entries", said).group(1))
            for _ in range(300):  # refusals are recorded too; past the first bundle of 256
                assert officer.get("/api/v1/accounts")[0] == 403
            grown = size
            for _ in range(100):  # the checkpoint follows within a moment
                status, said = verify(url, "seen-while-growing")
                assert status == 0, said
                grown = int(re.search(r"All (\d+) entries", said).group(1))
                if grown >= size + 300:
                    break
                time.sleep(0.1)
            status, said = verify(url)
            grown = int(re.search(r"All (\d+) entries", said).group(1))
            assert grown >= size + 300 and f"Grown from {size} to {grown} entries" in said, said
            log = work / "static/log"
            log.parent.mkdir()
            subprocess.run([BINARY, "ledger", "export", f"{town.data}/ledger", log], check=True, capture_output=True)

        server = serve(work / "static")
        forged = f"http://127.0.0.1:{server.server_port}"
        status, said = verify(forged)
        assert status == 0, f"an honest copy does not hold: {said}"
        bundle = max((log / "tile/entries").rglob("*"), key=lambda path: path.is_file() and path.stat().st_mtime)
        honest = bundle.read_bytes()
        for at in range(2, len(honest), max(1, len(honest) // 40)):
            bundle.write_bytes(honest[:at] + bytes([honest[at] ^ 1]) + honest[at + 1:])
            status, said = verify(forged)
            assert status == 1 and "DOES NOT HOLD" in said, f"byte {at} changed, and it holds: {said}"
        bundle.write_bytes(honest)
        checkpoint = (log / "checkpoint").read_text()
        origin, count, rest = checkpoint.split("\n", 2)
        (log / "checkpoint").write_text(f"{origin}\n{int(count) - 1}\n{rest}")
        status, said = verify(forged)
        assert status == 1 and "checkpoint does not hold" in said, said

        with Town() as other:
            status, said = verify(other.url)
            assert status == 1 and "another key" in said, said


if __name__ == "__main__":
    main()
