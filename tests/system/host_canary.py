"""Marked pictures from camera to server to officer, and where marks are found after: bench/host-canary calls it.

    GLASSHOUSE_BIN=… python3 tests/system/host_canary.py [PICTURES]

Prints rows name<TAB>value<TAB>unit. Each picture is a JPEG of some 60 kB with 64 bytes in it that are nowhere else. A camera
process seals and sends them; an officer searches, opens each with a key of his own, and exports a package. The server's
memory is looked through after each of the three, what of it lies in swap included: reading it brings it back. At the end its data folder
(vault and ledger included), its log, its folder of temporary files, a backup made while it runs, and the camera's spool; and last it is
made to abort with room for a core dump. The control holds the same pictures open in memory and on disk, so that a scan that finds
nothing can be believed.
"""
import glob
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from canary import Marks, memory_of  # noqa: E402
from harness import BINARY, TINY_JPEG, AgeKey, Town, spool_file  # noqa: E402
from picture_packs import pictures_in  # noqa: E402

FILL_BYTES = 60_000


def marked(mark):
    """The mark in the middle of a comment of random bytes."""
    fill = os.urandom(FILL_BYTES // 2)
    words = fill + mark + fill[::-1]
    return TINY_JPEG[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + TINY_JPEG[2:]


def row(name, value, unit):
    print(f"seal.canary_{name}\t{value}\t{unit}", flush=True)


def control(marks, reads, town):
    folder = os.path.join(town.dir, "control")
    for read in reads:
        spool_file(folder, read)
    on_disk = marks.in_folder(folder)
    shutil.rmtree(folder)
    return min(on_disk, len(marks.all), marks.hits(memory_of(os.getpid())))


def in_backup(marks, town):
    """Hits in the folder of a backup, and how many sealed pictures are in it."""
    folder = os.path.join(town.dir, "backup")
    made = subprocess.run([BINARY, "backup", folder, "--data", town.data], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return marks.in_folder(folder), len(list(pictures_in(folder + "/pictures")))


def core_dumps(process):
    """How many the kernel writes when the program aborts: those that its pattern puts into the working directory."""
    before = set(glob.glob("core*"))
    os.kill(process.pid, signal.SIGABRT)
    process.wait(120)
    dumps = set(glob.glob("core*")) - before
    for path in dumps:
        os.remove(path)
    return len(dumps)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    temporary = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"glasshouse-canary-{os.getpid()}")
    os.makedirs(temporary)
    os.environ["TMPDIR"] = temporary  # of the server and the camera: theirs alone
    marks = Marks(count)
    # Room for core dumps, which the server inherits and must not use: the vault's keys are in its memory.
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    try:
        with Town() as town:
            supervisor, officer = town.officer("supervisor"), town.officer("officer")
            case = town.case(supervisor, [officer])
            _, token = town.camera()
            reads = [town.read(f"T{n:06d}", picture=marked(mark)) for n, mark in enumerate(marks.all)]
            row("pictures", count, "pictures")
            row("control_found", control(marks, reads, town), "pictures")
            server = town.server.process.pid
            in_memory = []
            spool = town.send_by_camera(token, reads)
            in_memory.append(marks.hits(memory_of(server)))
            key = AgeKey(town.dir)
            town.search(officer, case, {"colors": ["red"]})
            opened = 0
            for read, mark in zip(reads, marks.all):
                status, sealed, _ = officer.request("GET", f"/api/v1/reads/{read['id']}/picture?case_id={case}&to={key.recipient}", raw=True)
                opened += status == 200 and mark in (key.open(sealed) or b"")
            row("opened_by_who_asked", opened, "pictures")
            in_memory.append(marks.hits(memory_of(server)))
            status, package, _ = officer.request("POST", "/api/v1/search/export", {
                "as": "package", "to": key.recipient, "case_id": case, "question": {"colors": ["red"]}}, raw=True)
            assert status == 200, package[:300]
            with zipfile.ZipFile(io.BytesIO(package)) as archive:
                names = [name for name in archive.namelist() if name.endswith(".age")]
            row("exported", len(names), "pictures")
            in_memory.append(marks.hits(memory_of(server)))
            row("in_server_memory", max(in_memory), "pictures")
            row("in_data_folder", marks.in_folder(town.data), "pictures")
            row("in_spool_after", marks.in_folder(spool), "pictures")
            row("in_log", marks.hits([town.server.output().encode(errors="replace")]), "pictures")
            row("in_temporary_files", marks.in_folder(temporary), "pictures")
            hits, copied = in_backup(marks, town)
            row("in_backup", hits, "pictures")
            row("backup_pictures", copied, "pictures")
            row("core_dumps_of_another", core_dumps(subprocess.Popen(["sleep", "60"])), "dumps")
            row("core_dumps", core_dumps(town.server.process), "dumps")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


if __name__ == "__main__":
    main()
