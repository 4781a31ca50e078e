"""Our sealed files against two programs that we did not write: Debian's age, and npm's age-encryption.

    age_interop.py TOOL                 a quick round of each, as ctest runs it
    age_interop.py TOOL FILES TAMPERED  as many as a bench wants; prints name<TAB>value<TAB>unit

Debian's age is a process a file, so of the tampered files it is given a tenth, at most 1,000.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def run(*command, ok=True):
    done = subprocess.run([str(part) for part in command], capture_output=True)
    if ok and done.returncode != 0:
        raise SystemExit(f"{command}: {done.stderr.decode(errors='replace')[-600:]}")
    return done


def count(*command):
    """The N of "opened N of M" and the M."""
    found = re.search(r"(\d+) of (\d+)", run(*command).stdout.decode())
    return int(found.group(1)), int(found.group(2))


def age_opens(folder, files):
    opened = 0
    for i in range(files):
        done = run("age", "-d", "-i", folder / "key.txt", folder / f"{i}.age", ok=False)
        opened += done.returncode == 0 and done.stdout == (folder / f"{i}.plain").read_bytes()
    return opened


def measure(tool, files, tampered):
    rows = {}
    with tempfile.TemporaryDirectory(prefix="glasshouse-age-") as where:
        folder = pathlib.Path(where)
        node = shutil.which("node")
        run(tool, "make", folder, files)
        rows["seal.opened_by_debian_age"] = age_opens(folder, files)
        rows["seal.opened_by_npm"] = count(node, HERE / "npm.mjs", "open", folder)[0]
        rows["seal.tampered_accepted"] = count(tool, "tamper", folder, tampered)[0]
        run(tool, "spoil", folder, tampered)
        rows["seal.tampered_accepted_by_npm"] = count(node, HERE / "npm.mjs", "tamper", folder)[0]
        tried = min(1000, max(tampered // 10, 1))
        rows["seal.tampered_accepted_by_debian_age"] = sum(
            run("age", "-d", "-i", folder / "key.txt", folder / f"bad-{i}.age", ok=False).returncode == 0
            for i in range(tried))
        # The other way: what they seal, we open. A plain without its sealed file would count as not opened.
        for sealed in folder.glob("[0-9]*.age"):
            sealed.unlink()
        run(node, HERE / "npm.mjs", "seal", folder)
        rows["seal.npm_files_opened"] = count(tool, "open", folder)[0]
        recipient = (folder / "recipient.txt").read_text().strip()
        for i in range(files):
            run("age", "-r", recipient, "-o", folder / "new.age", folder / f"{i}.plain")
            os.replace(folder / "new.age", folder / f"{i}.age")
        rows["seal.debian_age_files_opened"] = count(tool, "open", folder)[0]
    return rows


def main():
    tool = os.path.abspath(sys.argv[1])
    as_test = len(sys.argv) == 2
    files, tampered = (12, 300) if as_test else (int(sys.argv[2]), int(sys.argv[3]))
    missing = [name for name in ("age", "node") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"missing: {', '.join(missing)}; run scripts/bootstrap test")
    rows = measure(tool, files, tampered)
    for name, value in rows.items():
        print(f"{name}\t{value}\tfiles")
    if as_test:
        wrong = {name: value for name, value in rows.items() if value != (0 if "tampered" in name else files)}
        if wrong:
            raise SystemExit(f"FAILED: {wrong}")


if __name__ == "__main__":
    main()
