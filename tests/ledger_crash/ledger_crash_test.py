"""Kills a process that appends from four threads, 36 times at random moments (starting up included). After every
kill: nothing acknowledged is lost, no size was signed with two roots, and fsck finds nothing."""
import hashlib
import os
import pathlib
import random
import subprocess
import tempfile
import threading
import time

KILLS = 36
HAMMER = os.environ["LEDGER_HAMMER"]


def collect(pipe, acked: pathlib.Path) -> None:
    """Keeps the whole lines that the writer printed: a line is printed only after its append was acknowledged."""
    data = pipe.read()
    with acked.open("ab") as out:
        out.write(data[: data.rfind(b"\n") + 1])


def watch(log: pathlib.Path, seen: pathlib.Path, process: subprocess.Popen, until: float) -> None:
    """Saves every checkpoint that the world could have fetched."""
    while time.monotonic() < until and process.poll() is None:
        try:
            note = (log / "checkpoint").read_bytes()
            (seen / hashlib.sha256(note).hexdigest()).write_bytes(note)
        except FileNotFoundError:
            pass
        time.sleep(0.004)


def main() -> None:
    seed = int(os.environ.get("GLASSHOUSE_SEED", time.time_ns() % 1_000_000_007))
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="ledger_crash_") as name:
        root = pathlib.Path(name)
        log, key, acked, seen = root / "log", root / "key", root / "acked", root / "seen"
        seen.mkdir()
        acked.touch()
        size = 0
        for run in range(KILLS):
            process = subprocess.Popen([HAMMER, "append", log, key, str(run)], stdout=subprocess.PIPE)
            reader = threading.Thread(target=collect, args=(process.stdout, acked))
            reader.start()
            # A third of the kills come while it opens the ledger.
            alive = dice.uniform(0.0, 0.03) if run % 3 == 2 else dice.uniform(0.05, 0.5)
            watch(log, seen, process, time.monotonic() + alive)
            assert process.poll() is None, f"the writer ended by itself with {process.returncode}"
            process.kill()
            process.wait()
            reader.join()
            checked = subprocess.run([HAMMER, "check", log, key, acked, seen], stdout=subprocess.PIPE, text=True)
            assert checked.returncode == 0, f"kill {run} of seed {seed} did harm"
            assert int(checked.stdout) > size, "the log did not grow"
            size = int(checked.stdout)
        count = len(acked.read_bytes().splitlines())
        assert count > 100 and len(list(seen.iterdir())) > KILLS // 2, "too little happened for the test to mean anything"
        print(f"{KILLS} kills, {count} acknowledged appends, {size} entries, {len(list(seen.iterdir()))} checkpoints seen")


if __name__ == "__main__":
    main()
