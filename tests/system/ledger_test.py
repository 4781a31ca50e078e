"""The ledger of the running program: what was asked stands in it, the public sees only what is released, the served
files alone are enough to verify it, nothing is answered while it cannot record, and a kill loses nothing."""
import base64
import hashlib
import os
import pathlib
import sqlite3
import subprocess
import time

from harness import BINARY, Town


def ledger(*args, status=0):
    done = subprocess.run([BINARY, "ledger", *map(str, args)], capture_output=True, text=True)
    assert done.returncode == status, f"ledger {args}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(index, size, leaf, proof):
    """RFC 9162, 2.1.3.2, written a second time."""
    last, value = size - 1, leaf
    for sibling in proof:
        if index % 2 == 1 or index == last:
            value = node(sibling, value)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            value = node(value, sibling)
        index, last = index >> 1, last >> 1
    return value


def fields(entry):
    return {field["name"]: field["value"] for field in entry["fields"]}


def published(person, index):
    """Waits for the checkpoint that covers the entry; its proof."""
    for _ in range(100):
        status, proof = person.get(f"/api/v1/ledger/entries/{index}/proof")
        if status == 200:
            return proof
        time.sleep(0.1)
    raise AssertionError(f"entry {index} was not published within ten seconds: {proof}")


def check_what_is_seen(officer, auditor, index):
    seen = officer.must("GET", f"/api/v1/ledger/entries/{index}")
    assert seen["kind"] == "search-reads" and set(fields(seen)) == {"kind", "time", "decision"}, seen
    assert fields(seen)["decision"] == "allowed"
    before = officer.must("GET", "/api/v1/ledger/entries")["size"]
    whole = auditor.must("GET", f"/api/v1/ledger/entries/{index}")
    assert fields(whole)["officer"] == officer.id and "XYZ1234" in fields(whole)["question"], whole
    for field in whole["fields"]:  # every opening fits the leaf that the public has
        digest = base64.urlsafe_b64encode(hashlib.sha256(field["disclosure"].encode()).digest()).decode().rstrip("=")
        assert digest in whole["leaf"]
    newest = officer.must("GET", "/api/v1/ledger/entries", None)["items"][0]
    assert newest["index"] == before and newest["kind"] == "ledger.audit", "the auditor's look is an entry too"


def check_proof(officer, index):
    proof = published(officer, index)
    _, size, root = proof["checkpoint"].split("\n")[:3]
    leaf = hashlib.sha256(b"\x00" + proof["leaf"].encode()).digest()
    hashes = [base64.b64decode(text) for text in proof["hashes"]]
    assert base64.b64encode(root_from(index, int(size), leaf, hashes)).decode() == root
    return proof["verifier_key"]


def mirror(town, key, folder):
    """What somebody with a web browser and no account can copy."""
    def fetch(path):
        status, body, headers = town.client().request("GET", "/log/" + path, raw=True)
        assert status == 200, f"{path}: {status}"
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        return body, headers
    note, headers = fetch("checkpoint")
    assert headers["content-type"] == "text/plain; charset=utf-8"
    size = int(note.decode().split("\n")[1])
    assert 0 < size < 256, "this mirror is for small logs"
    for path in (f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"):
        assert "immutable" in fetch(path)[1]["cache-control"]
    ledger("verify", folder, "--key", key)
    for path in ("tile/0/000", "ledger.db", "..%2fledger.key", "tile/..%2f..%2fledger.db", "audit-keys/x.key"):
        status = town.client().request("GET", "/log/" + path, raw=True)[0]
        assert status in (400, 404), f"{path}: {status}"


def check_denials(officer, case_id, question):
    status, problem = officer.post("/api/v1/search", {"case_id": case_id, "question": question,
                                                      "on_behalf_of": {"agency": "ICE", "kind": "federal"}})
    assert status == 403 and problem["remedy"]["action"] == "order-desk", problem
    assert "house/beneficiary-federal" in [rule["id"] for rule in problem["rules"]]
    entry = officer.must("GET", f"/api/v1/ledger/entries/{problem['ledger_index']}")
    assert fields(entry)["decision"] == "denied"


def check_nothing_is_answered_without_the_ledger(town, officer, case_id, question):
    held = sqlite3.connect(os.path.join(town.data, "ledger", "ledger.db"), isolation_level=None)
    held.execute("BEGIN IMMEDIATE")  # nobody else can write now
    try:
        status, problem = officer.post("/api/v1/search", {"case_id": case_id, "question": question})
        assert status == 503 and "items" not in problem, (status, problem)
    finally:
        held.execute("ROLLBACK")
        held.close()
    officer.must("POST", "/api/v1/search", {"case_id": case_id, "question": question})


def main():
    with Town() as town:
        officer, supervisor, auditor = (town.officer(role) for role in ("officer", "supervisor", "auditor"))
        case_id = town.case(supervisor, [officer])
        question = {"plate": {"mode": "exact", "text": "XYZ1234"}}
        index = officer.must("POST", "/api/v1/search", {"case_id": case_id, "question": question})["ledger_index"]
        check_what_is_seen(officer, auditor, index)
        key = check_proof(officer, index)
        check_denials(officer, case_id, question)
        check_nothing_is_answered_without_the_ledger(town, officer, case_id, question)
        mirror(town, key, pathlib.Path(town.dir) / "mirror")

        last = officer.must("POST", "/api/v1/search", {"case_id": case_id, "question": question})["ledger_index"]
        town.kill()
        town.start()
        after = auditor.must("GET", f"/api/v1/ledger/entries/{last}")
        assert fields(after)["officer"] == officer.id
        published(officer, last)
        live = pathlib.Path(town.data) / "ledger"
        ledger("fsck", live)
        ledger("verify", live)
        town.stop()
        ledger("fsck", live)
        log = (live / "ledger.db").read_bytes()
        assert key.encode() not in log, "the database holds no key"
    print("the ledger holds what was asked, shows what is released, and stops everything when it cannot record")


if __name__ == "__main__":
    main()
