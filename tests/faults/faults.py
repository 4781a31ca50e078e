"""Makes every file system call of six pieces of work go wrong, one at a time, in seven ways, and checks each time what is
left: nothing broken, nothing acknowledged that is gone, no answer without its entry, no two roots of one size.

usage: faults.py FAULT_TOOL FAULT_SHIM [--every N] [--tsv] [--work NAME] [--kind NAME] [--keep]
   --every N   only every N-th call of each kind of fault, beginning at a random one
"""
import argparse
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

WORKS = ["append", "checkpoint", "ingest", "ask", "hold", "shred"]
KINDS = ["eio", "enospc", "eintr", "short", "kill", "torn", "lose"]
ENDS = {"kill", "torn", "lose"}


class Fault:
    def __init__(self, work, kind, at):
        self.work, self.kind, self.at = work, kind, at

    def __str__(self):
        return f"{self.work}, {self.kind} at call {self.at}"


def run(tool, shim, base, fault, root):
    """One injection; returns what is wrong, or ''. At call 0 none, but the calls that each kind applies to, and what was said."""
    folder = root / f"{fault.work}-{fault.kind}-{fault.at}"
    house, saved, seen = folder / "house", folder / "saved", folder / "seen"
    folder.mkdir()
    shutil.copytree(base, house)
    saved.mkdir()
    seen.mkdir()
    shutil.copy(house / "log/checkpoint", seen / "before")
    env = dict(os.environ, LD_PRELOAD=str(shim), FAULT_UNDER=str(house), FAULT_SAVED=str(saved), FAULT_KIND=fault.kind,
               FAULT_AT=str(fault.at), FAULT_WATCH=str(house / "log/checkpoint"), FAULT_COUNT=str(folder / "count"))
    done = subprocess.run([tool, fault.work, house], env=env, capture_output=True, timeout=120)
    said = done.stderr.decode(errors="replace").strip()
    if fault.at == 0:
        lines = (folder / "count").read_text().splitlines() if done.returncode == 0 else []
        shutil.rmtree(folder)
        return {kind: int(count) for kind, count in map(str.split, lines)}, said
    if fault.kind in ENDS:
        if done.returncode != -9:
            return f"did not end there, but with {done.returncode}: {said}"
    elif done.returncode not in (0, 3):
        return f"ended with {done.returncode}: {said}"
    acked = folder / "acked"
    acked.write_bytes(done.stdout)
    for name, path in (("watched", saved / "watched"), ("after", house / "log/checkpoint")):
        if path.exists():
            shutil.copy(path, seen / name)
    checked = subprocess.run([tool, "check", house, acked, seen], capture_output=True, timeout=120)
    if checked.returncode != 0:
        return f"{checked.stderr.decode(errors='replace').strip()} (said before: {said or 'nothing'})"
    shutil.rmtree(folder)
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("shim")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--tsv", action="store_true")
    parser.add_argument("--work", choices=WORKS, action="append")
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    seed = int(os.environ.get("GLASSHOUSE_SEED", time.time_ns() % 1_000_000_007))
    dice = random.Random(seed)
    root = pathlib.Path(tempfile.mkdtemp(prefix="faults_"))
    base = root / "base"
    base.mkdir()
    subprocess.run([given.tool, "make", base], check=True)
    # The check finds what it looks for: a program that says too early that something is kept.
    found = sum("lost" in run(given.tool, given.shim, base, Fault("careless", "lose", at), root) for at in range(3, 7))
    assert found == 4, f"of a careless program's 4 losses {found} were found"
    shutil.rmtree(root)
    root.mkdir()
    base.mkdir()
    subprocess.run([given.tool, "make", base], check=True)
    faults = []
    for work in given.work or WORKS:
        counts, said = run(given.tool, given.shim, base, Fault(work, "count", 0), root)
        for kind in given.kind or KINDS:
            count = counts.get(kind, 0)
            assert count > 3, f"{work} made {count} calls that {kind} applies to: {said}"
            faults += [Fault(work, kind, at) for at in range(1 + dice.randrange(given.every), count + 1, given.every)]
    bad, by_kind = [], collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for fault, wrong in zip(faults, pool.map(lambda f: run(given.tool, given.shim, base, f, root), faults)):
            by_kind[fault.kind] += 1
            if wrong:
                bad.append(f"{fault}: {wrong}")
                print(bad[-1], file=sys.stderr, flush=True)
            if sys.stderr.isatty() and sum(by_kind.values()) % 10 == 0:
                print(f"\r{sum(by_kind.values())} of {len(faults)}", end="", file=sys.stderr, flush=True)
    if given.tsv:
        print(f"faults.injected\t{len(faults)}\tinjections\nfaults.harm\t{len(bad)}\tinjections")
    else:
        print(f"  count faults: {len(faults)} injections of seed {seed}, {len(bad)} with harm: "
              + ", ".join(f"{n} {kind}" for kind, n in by_kind.items()))
    if given.keep or bad:
        print(f"kept: {root}", file=sys.stderr)
    else:
        shutil.rmtree(root)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
