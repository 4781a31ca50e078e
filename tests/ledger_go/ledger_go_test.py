"""Grows real ledgers and has a verifier built on Go's own sumdb packages check them: sizes around every tile border
are accepted, 1,000 damaged copies are rejected, and so is a second history under the same key.

    ledger_go_test.py [--slow] [--tsv]     --slow: up to 1,000,000 entries and 10,000 damaged copies; --tsv: NAME<TAB>VALUE<TAB>UNIT lines for bench/figures
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
GO_LIBRARIES = pathlib.Path("/usr/share/gocode")
SLOW = "--slow" in sys.argv[1:]
SIZES = "0 1 2 3 255 256 257 511 512 513 65535 65536 65537".split() + (["1000000"] if SLOW else [])
MUTATIONS = 10_000 if SLOW else 1000


def scratch() -> str | None:
    """A folder in memory where there is room: this test is about formats, and 3,000 syncs would be most of its time."""
    memory = pathlib.Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > (5 << 30 if SLOW else 700 << 20)
    return str(memory) if roomy else None


def build_verifier(out: pathlib.Path) -> pathlib.Path:
    if shutil.which("go") is None or not (GO_LIBRARIES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        sys.exit("Go or its x/mod packages are missing, and this test is not skipped: run scripts/bootstrap test")
    # No module proxy: Debian's sources, as they are installed. The cache makes the second build quick.
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": f"{out}/go:{GO_LIBRARIES}", "GOFLAGS": "", "GOPROXY": "off"}
    program = out / "verifier"
    subprocess.run(["go", "build", "-o", program, HERE / "verifier/main.go"], env=env, check=True)
    return program


def grow(out: pathlib.Path, name: str, sizes: list[str]) -> list[str]:
    subprocess.run([os.environ["LEDGER_GROW"], out / f"{name}.live", out / "log.key", name, out / name, *sizes], check=True)
    return [str(out / name / size) for size in sizes]


def output_of(*command) -> str:
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"the verifier says no (exit {done.returncode}): {' '.join(map(str, command[1:3]))}")
    return done.stdout


def main() -> None:
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="ledger_go_", dir=scratch()) as name:
        out = pathlib.Path(name)
        verifier = build_verifier(out)
        logs = grow(out, "one", SIZES)
        other = grow(out, "two", ["300"])
        grown = time.monotonic()
        accepted = output_of(verifier, "accept", *logs)
        split = output_of(verifier, "reject", logs[SIZES.index("513")], other[0])
        small = [log for log, size in zip(logs, SIZES) if 0 < int(size) < 1000]
        seed = os.environ.get("GLASSHOUSE_SEED", str(time.time_ns() % 1_000_000_007))
        mutated = output_of(verifier, "mutate", str(MUTATIONS), seed, *small, logs[SIZES.index("65537")])
        if "--tsv" in sys.argv[1:]:
            tried, slipped = re.search(r"tried (\d+) mutations, accepted (\d+)", mutated).groups()
            verified = re.search(r"accepted (\d+) logs", accepted).group(1)
            print(f"log.sizes_verified\t{verified}\tsizes")
            print(f"log.mutations_tried\t{tried}\tmutations")
            print(f"log.mutations_accepted\t{slipped}\tmutations")
        else:
            print(accepted, split, mutated, sep="")
            print(f"grown in {grown - start:.1f} s, verified in {time.monotonic() - grown:.1f} s; seed {seed}")


if __name__ == "__main__":
    main()
