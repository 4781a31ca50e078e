"""What bench/load and bench/slow-clients have in common: a real server with cameras and officers, and the client that drives it."""
import glob
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/system"))
BUILD = ROOT / "build/release"
os.environ.setdefault("GLASSHOUSE_BIN", str(BUILD / "glasshouse"))
from harness import CROCKFORD, Town  # noqa: E402


def month_of(reads):
    """A folder with a read store of so many reads of the 20 days before today: made once a day, and kept as bench/reads keeps its."""
    cache = pathlib.Path(os.environ.get("GLASSHOUSE_BENCH_CACHE", f"/var/tmp/glasshouse-bench-{os.getuid()}"))
    folder = cache / f"load-{reads}-{time.strftime('%Y-%m-%d', time.gmtime())}"
    if not folder.exists():
        for old in cache.glob("load-*"):
            shutil.rmtree(old)
        print(f"making {reads} reads in {folder}", file=sys.stderr)
        cache.mkdir(parents=True, exist_ok=True)
        part = folder.with_suffix(".part")
        subprocess.run([str(BUILD / "bench/month_fill"), str(part), str(reads), "20"], check=True)
        part.rename(folder)
    return folder


def linked(source, target):
    """A file under a second name where the disk allows it: the server never changes a day that is over."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def build():
    """The clients, and the program unless GLASSHOUSE_BIN names another one."""
    programs = "load_client month_fill" if os.environ["GLASSHOUSE_BIN"] != str(BUILD / "glasshouse") else "glasshouse load_client month_fill"
    subprocess.run(["bash", "-c", f". scripts/lib.sh && build_program release {programs}"], cwd=ROOT, check=True, stdout=sys.stderr)


def row(tsv, name, value, unit):
    print(f"{name}\t{value:.4g}\t{unit}" if tsv else f"{name:<28} {value:>10.4g} {unit}", flush=True)


def kilobytes(pid, field):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(field + ":"))


def id_bytes(text):
    """The 16 bytes of an id, as docs/formats/read.md keeps them."""
    value = 0
    for letter in text.split("_")[1]:
        value = value << 5 | CROCKFORD.index(letter)
    return value.to_bytes(16, "big")


class LoadTown(Town):
    """A town with many cameras and officers, and a plan of them for the load client."""

    def __init__(self, cameras, officers, *more_arguments, month=0):
        super().__init__(*more_arguments)
        self.month = month
        self.cameras, self.officers = cameras, officers
        self.plan, self.acked = os.path.join(self.dir, "plan"), os.path.join(self.dir, "acked")

    def __enter__(self):
        if self.month > 0:
            shutil.copytree(month_of(self.month), self.data + "/reads", copy_function=linked)
        super().__enter__()
        cameras = [self.camera(f"Camera {n}") for n in range(self.cameras)]
        supervisor = self.officer("supervisor")
        people = [self.officer() for _ in range(self.officers)]
        case = self.case(supervisor, people)
        keys = self.client_of_a_camera(cameras[0][1])
        with open(os.path.join(self.dir, "keys"), "w") as target:
            target.write(keys)
        with open(self.plan, "w") as target:
            target.write(f"server {self.port}\nkeys {self.dir}/keys\n")
            target.writelines(f"camera {camera} {token}\n" for camera, token in cameras)
            target.writelines(f"officer {person.cookie} {case}\n" for person in people)
        return self

    @property
    def pid(self):
        return self.server.process.pid

    def client_of_a_camera(self, token):
        answer = super().client().must("GET", "/api/v1/ingest/day-keys", headers={"Authorization": "Bearer " + token})
        return answer["day_keys"]

    def cpu_s(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self, seconds=None, **options):
        """The load client, running; without seconds a browser, as in the harness."""
        if seconds is None:
            return super().client()
        return subprocess.Popen([str(BUILD / "bench/load_client"), self.plan, str(seconds), f"acked={self.acked}",
                                 *(f"{name}={value}" for name, value in options.items())], stdout=subprocess.PIPE, text=True)

    @staticmethod
    def figures(client):
        out, _ = client.communicate()
        assert client.returncode == 0, "the load client failed"
        figures = {name: float(value) for name, value in (line.split("\t") for line in out.splitlines())}
        print(" ".join(f"{name}={value:g}" for name, value in figures.items()), file=sys.stderr)
        return figures

    def lost(self):
        """How many acknowledged reads are not in the day files after kill -9."""
        self.kill()
        stored = set()
        for path in glob.glob(self.data + "/reads/days/*.db"):
            if os.stat(path).st_nlink > 1:
                continue  # the month that was there before
            with sqlite3.connect(path) as db:
                stored.update(bytes(row[0]) for row in db.execute("SELECT id FROM reads"))
        with open(self.acked) as source:
            acked = {id_bytes(line.strip()) for line in source}
        assert acked, "no read was acknowledged"
        return len(acked - stored)
