"""glasshouse ledger verify|fsck|export: what each says, and its exit status, on sound and on damaged folders."""
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

TOOL = os.environ["LEDGER_TOOL"]


def ledger(status: int, *args) -> str:
    done = subprocess.run([TOOL, *map(str, args)], capture_output=True, text=True)
    assert done.returncode == status, f"ledger {args}: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def flip(path: pathlib.Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1
    path.write_bytes(data)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ledger_command_") as name:
        root = pathlib.Path(name)
        live, out = root / "live", root / "out"
        subprocess.run([os.environ["LEDGER_GROW"], live, root / "key", "one", root / "grown", "3", "300"], check=True)

        said = ledger(0, "verify", live)
        assert "300, every one" in said and "The log holds together." in said, said
        said = ledger(0, "fsck", live)
        assert "300 in the database, 300 published" in said and "sound" in said, said
        assert "exported 300 entries" in ledger(0, "export", live, out)
        key = (out / "log.vkey").read_text().strip()
        assert "that you gave" in ledger(0, "verify", out, "--key", key)
        other = "other.example/log" + key[key.index("+"):]
        ledger(1, "verify", out, "--key", other)

        # What the reader had before is compared with what there is now.
        shutil.copy(root / "grown/3/checkpoint", out / "checkpoint")
        ledger(0, "export", live, out)
        assert "of 3 entries grew into this one" in ledger(0, "verify", out)

        for path in ["tile/0/000", "tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1", "checkpoint", "checkpoint.old"]:
            damaged = root / "damaged"
            shutil.copytree(out, damaged)
            flip(damaged / path, 40)
            ledger(1, "verify", damaged)
            shutil.rmtree(damaged)
        (out / "tile/entries/000").unlink()
        assert "tile/entries/000" in ledger(1, "verify", out)

        # Somebody with the database in their hands changes what was asked.
        with sqlite3.connect(live / "ledger.db") as db:
            db.execute("UPDATE entry SET fields = replace(fields, 'off_2', 'off_9') WHERE idx = 2")
        assert "entry 2: its fields do not give the leaf" in ledger(1, "fsck", live)
        ledger(0, "verify", live)  # the public part is untouched

        ledger(1, "verify", root / "nowhere")
        ledger(1, "fsck", root / "nowhere")
        ledger(1, "export", root / "nowhere", root / "x")
        for args in [[], ["verify"], ["verify", live, "x"], ["burn", live]]:
            assert "glasshouse ledger verify DIR" in ledger(2, *args)
    print("verify, fsck and export say what they should")


if __name__ == "__main__":
    main()
