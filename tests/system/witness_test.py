"""A server and three witnesses, real programs all: the served checkpoint carries the quorum's signatures, an export and
an offline proof hold under the policy without any server, a witness that ends does not stop the log, two do not forge it,
and the answers of a witness over HTTP are those of the protocol."""
import base64
import hashlib
import http.client
import json
import pathlib
import re
import subprocess
import tempfile
import time

from harness import BINARY, Town


def run(*args, status=0):
    done = subprocess.run([BINARY, *map(str, args)], capture_output=True, text=True)
    assert done.returncode == status, f"{args}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class WitnessProcess:
    def __init__(self, root, name, logs):
        self.args = [BINARY, "witness", "--dir", str(root / name), "--name", f"{name}.example/w", "--logs", str(logs)]
        self.port = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.args, "--port", str(self.port)], stdout=subprocess.PIPE, text=True)
        self.key, port = re.fullmatch(r"witness (\S+) on port (\d+)\n", self.process.stdout.readline()).groups()
        self.port = int(port)

    def stop(self, kill=False):
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait()
        self.process.stdout.close()

    def post(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/add-checkpoint", body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content, answer.getheader("Content-Type")


def fetch(town, path, status=200):
    connection = http.client.HTTPConnection("127.0.0.1", town.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == status, f"{path}: {answer.status} {body[:200]}"
    return body, answer


def wait_for(what, holds):
    for _ in range(600):
        value = holds()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"it never came: {what}")


def standing(town):
    return json.loads(fetch(town, "/log/witnesses")[0])


def size_of(note):
    return int(note.split(b"\n")[1])


def main():
    with tempfile.TemporaryDirectory(prefix="witness_test_") as name:
        root = pathlib.Path(name)
        with Town() as town:
            vkey = fetch(town, "/log/log.vkey")[0].decode().strip()
            data = pathlib.Path(town.data)
            alone = fetch(town, "/log/checkpoint")[0]
            assert alone.count("\u2014".encode()) == 1
            logs = root / "logs"
            logs.write_text(f"log {vkey}\nquorum none\n")
            clerk, paper, club = (WitnessProcess(root, one, logs) for one in ("clerk", "paper", "club"))
            try:
                check_with_witnesses(town, root, data, vkey, [clerk, paper, club])
            finally:
                for witness in (clerk, paper, club):
                    if witness.process.poll() is None:
                        witness.stop()
    print("three witnesses, one log: signed, exported, proven, and not forged")


def check_with_witnesses(town, root, data, vkey, witnesses):
    clerk, paper, club = witnesses
    lines = [f"witness {n} {w.key} http://127.0.0.1:{w.port}" for n, w in zip(("clerk", "paper", "club"), witnesses)]
    (data / "witness-policy").write_text("\n".join([*lines, "group two 2 clerk paper club", "quorum two", ""]))
    town.stop()
    town.start()
    wait_for("all three sign", lambda: all(w["behind"] == 0 and w["answers"] for w in standing(town)["items"]))
    note = wait_for("the note with the quorum", lambda: (lambda b: b.count("\u2014".encode()) >= 3 and b)(
        fetch(town, "/log/checkpoint")[0]))
    kinds = {e["kind"] for e in json.loads(fetch(town, "/log/entries?limit=50")[0])["items"]}
    assert "log.witnesses" in kinds, kinds

    # Offline: the export under the policy, and one entry by its proof alone.
    out = root / "export"
    policy = root / "policy"
    policy.write_bytes(fetch(town, "/log/witness.policy")[0])
    run("ledger", "export", data / "ledger", out)
    said = run("ledger", "verify", out, "--key", vkey, "--policy", policy)
    assert "quorum      reached: two" in said and "holds together" in said, said
    assert (out / "witness.vkey").read_text().count("\n") == 3
    proof, answer = fetch(town, "/log/proof/0")
    assert "tlog-proof" in answer.getheader("Content-Disposition")
    (root / "entry.tlog-proof").write_bytes(proof)
    assert "stands in the log" in run("ledger", "verify", root / "entry.tlog-proof", "--key", vkey, "--policy", policy)
    (root / "made.tlog-proof").write_text(run("ledger", "prove", out, "1"))
    run("ledger", "verify", root / "made.tlog-proof", "--key", vkey, "--policy", policy)
    text = (root / "made.tlog-proof").read_text()
    (root / "made.tlog-proof").write_text(text.replace("index 1\n", "index 0\n"))
    run("ledger", "verify", root / "made.tlog-proof", "--key", vkey, status=1)
    # One cosignature is no quorum, and the log's own signature no witness.
    lines = (out / "checkpoint").read_text().split("\n")
    (out / "checkpoint").write_text("\n".join(lines[:6]) + "\n")
    run("ledger", "verify", out, "--key", vkey)
    run("ledger", "verify", out, "--key", vkey, "--policy", policy, status=1)

    # The protocol's answers, over HTTP.
    size = size_of(fetch(town, "/log/checkpoint")[0])
    status, body, kind = clerk.post(b"old 0\n\n" + note)
    assert status == 409 and kind == "text/x.tlog.size" and int(body) >= size_of(note), (status, body, kind)
    assert clerk.post(b"nonsense")[0] == 400
    assert clerk.post(b"old 0\n\n" + note.replace(vkey.split("+")[0].encode(), b"other.example"))[0] == 404
    broken = note.replace(note.split(b"\n")[2], base64.b64encode(bytes(32)))
    assert clerk.post(b"old 0\n\n" + broken)[0] == 403
    connection = http.client.HTTPConnection("127.0.0.1", clerk.port, timeout=20)
    connection.request("GET", f"/{hashlib.sha256(vkey.split('+')[0].encode()).hexdigest()}/checkpoint")
    kept = connection.getresponse()
    assert kept.status == 200 and size_of(kept.read()) >= size_of(note)
    connection.close()

    # One witness gone, killed at that: the log goes on. Two gone: the world keeps what the quorum signed.
    club.stop(kill=True)
    admin = town.administrator()
    admin.must("GET", "/api/v1/ledger/entries")
    grown = wait_for("the log grows with two of three", lambda: (lambda s: s["published_size"] > size and s)(standing(town)))
    wait_for("club is named as not answering", lambda: not standing(town)["items"][2]["answers"])
    paper.stop()
    before = standing(town)["published_size"]
    town.officer("officer")
    wait_for("the log signs on", lambda: standing(town)["size"] > max(before, grown["size"]))
    served = size_of(fetch(town, "/log/checkpoint")[0])
    assert served == standing(town)["published_size"]
    (root / "now").write_bytes(fetch(town, "/log/proof/0")[0])
    club.start()
    paper.start()
    wait_for("they catch up", lambda: (lambda s: s["published_size"] == s["size"] > served)(standing(town)))
    run("ledger", "fsck", data / "ledger")


if __name__ == "__main__":
    main()
