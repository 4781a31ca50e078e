"""A backup made while the server runs, opened with Debian's age, tar and SQLite, and put back; what a case holds outlives the key of
its day in it, and what nobody holds does not. No trace of an open picture is in a backup.
"""
import os
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from canary import Marks  # noqa: E402
from harness import BINARY, TINY_JPEG, AgeKey, Town, stored_in  # noqa: E402
from picture_packs import pictures_in  # noqa: E402


def marked(mark):
    return TINY_JPEG[:2] + b"\xff\xfe" + (len(mark) + 2).to_bytes(2, "big") + mark + TINY_JPEG[2:]


def glasshouse(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True)


class BackupTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.supervisor, self.officer = self.town.officer("supervisor"), self.town.officer("officer")
        self.case = self.town.case(self.supervisor, [self.officer])
        _, token = self.town.camera()
        self.marks = Marks(2)
        self.held, self.plain = (self.town.read(plate, picture=marked(mark)) for plate, mark in zip(("HELD001", "PLAIN01"), self.marks.all))
        self.town.send_by_camera(token, [self.held, self.plain])
        self.hold = self.officer.must("POST", f"/api/v1/cases/{self.case}/holds", {"read_id": self.held["id"], "reason": "It shows the dent"})
        self.today = time.strftime("%Y-%m-%d", time.gmtime())
        self.backup = os.path.join(self.town.dir, "backup")
        made = glasshouse("backup", self.backup, "--data", self.town.data)
        self.assertEqual(made.returncode, 0, made.stderr)

    def key_of(self, path):
        with open(os.path.join(self.town.data, "vault", path)) as source:
            return AgeKey(self.town.dir, source.read().split()[2])

    def unpacked(self, part, key):
        """A part by `age -d | tar x`; the folder."""
        folder = os.path.join(self.town.dir, "out-" + part.replace("/", "-"))
        os.makedirs(folder)
        with open(os.path.join(self.backup, part), "rb") as source:
            plain = key.open(source.read())
        self.assertIsNotNone(plain, part)
        subprocess.run(["tar", "x", "-C", folder], input=plain, check=True)
        return folder

    def restore_and_start(self, vault):
        """The server on what was restored; its output of the restore."""
        data = os.path.join(self.town.dir, "restored")
        done = glasshouse("restore", self.backup, "--data", data, "--vault", vault)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.town.data, self.town.more = data, ["--vault", vault]
        self.town.start()
        return done.stdout

    def test_programs_of_others_open_it_with_the_days_key(self):
        with open(os.path.join(self.backup, "backup")) as source:
            lines = source.read().splitlines()
        self.assertEqual((lines[0], lines[-1]), ("glasshouse-backup 1", "end"))
        self.assertIn(f"part days/{self.today}.tar.age {self.today}", "\n".join(lines))
        day = self.unpacked(f"days/{self.today}.tar.age", self.key_of(f"days/{self.today}.key"))
        reads = sqlite3.connect(f"{day}/reads/days/{self.today}.db")
        self.assertEqual(reads.execute("SELECT count(*) FROM reads").fetchone()[0], 2)
        self.assertEqual(reads.execute("PRAGMA integrity_check").fetchone()[0], "ok")
        house = self.unpacked("house.tar.age", self.key_of("backup.key"))
        records = sqlite3.connect(house + "/records.db")
        self.assertEqual(records.execute("SELECT count(*) FROM account_sessions").fetchone()[0], 0)
        self.assertEqual(records.execute("SELECT count(*) FROM holds").fetchone()[0], 1)
        self.assertEqual(glasshouse("ledger", "fsck", house + "/ledger").returncode, 0)
        held = self.unpacked(f"held/{self.hold['id']}.tar.age", self.key_of(f"holds/{self.hold['id']}.key"))
        self.assertEqual(sqlite3.connect(f"{held}/reads/held/{self.hold['id']}/reads.db").execute("SELECT count(*) FROM reads").fetchone()[0], 1)
        # Whoever has the folder alone has nothing: no plate, no picture, no key.
        for name, content in stored_in(self.backup):
            for word in (b"HELD001", b"PLAIN01", b"AGE-SECRET-KEY-1", b"SQLite format 3"):
                self.assertNotIn(word, content, name)
        self.assertEqual(self.marks.in_folder(self.backup), 0)
        self.assertEqual(len(list(pictures_in(self.backup + "/pictures"))), 2)

    def test_it_comes_back_whole_with_the_vault(self):
        vault = self.town.data + "/vault"
        self.assertEqual(self.town.stop(), 0)
        self.assertNotIn("Not restored", self.restore_and_start(vault))
        officer = self.town.again(self.officer)
        self.assertEqual(len(self.town.search(officer, self.case, {"colors": ["red"]})), 2)
        key = AgeKey(self.town.dir)
        for read, mark in zip((self.held, self.plain), self.marks.all):
            status, sealed, _ = officer.request("GET", f"/api/v1/reads/{read['id']}/picture?case_id={self.case}&to={key.recipient}", raw=True)
            self.assertEqual(status, 200)
            self.assertIn(mark, key.open(sealed))

    def test_of_a_shredded_day_only_what_is_held_comes_back(self):
        vault = self.town.data + "/vault"
        self.assertEqual(self.town.stop(), 0)
        with open(vault + "/shredded-before", "w") as target:  # as retention leaves it
            target.write(time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400)) + "\n")
        self.assertIn("Not restored: " + self.today, self.restore_and_start(vault))
        officer = self.town.again(self.officer)
        self.assertEqual(self.town.search(officer, self.case, {"colors": ["red"]}), [])
        key = AgeKey(self.town.dir)
        answers = [officer.request("GET", f"/api/v1/reads/{read['id']}/picture?case_id={self.case}&to={key.recipient}", raw=True)
                   for read in (self.held, self.plain)]
        self.assertEqual([status for status, _, _ in answers], [200, 404])
        self.assertIn(self.marks.all[0], key.open(answers[0][1]))
        read = officer.must("GET", f"/api/v1/reads/{self.held['id']}?case_id={self.case}")
        self.assertEqual(read["plate"]["text"], "HELD001")
        # Lifted, it is gone too.
        officer.must("POST", f"/api/v1/cases/{self.case}/holds/{self.hold['id']}/lift", {"reason": "The case is over"})
        self.assertEqual(officer.get(f"/api/v1/reads/{self.held['id']}?case_id={self.case}")[0], 404)

    def test_an_old_copy_of_the_vault_forgets_what_the_log_names(self):
        escrow, copy, old = AgeKey(self.town.dir), os.path.join(self.town.dir, "vault.age"), os.path.join(self.town.dir, "old")
        made = glasshouse("vault", "backup", copy, "--vault", self.town.data + "/vault", "--to", escrow.recipient)
        self.assertEqual(made.returncode, 0, made.stderr)
        with open(copy, "rb") as source:
            self.assertIn(b"holds/" + self.hold["id"].encode(), escrow.open(source.read()), "Debian's age opens the vault's copy")
        self.officer.must("POST", f"/api/v1/cases/{self.case}/holds/{self.hold['id']}/lift", {"reason": "The case is over"})
        self.assertEqual(self.town.stop(), 0)
        back = glasshouse("vault", "restore", copy, "--vault", old, "--identity", escrow.path, "--log", self.town.data + "/ledger")
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertIn("destroyed 1 keys", back.stdout)
        self.assertFalse(os.path.exists(f"{old}/holds/{self.hold['id']}.key"))
        self.assertTrue(os.path.exists(f"{old}/days/{self.today}.key"))
        again = glasshouse("vault", "restore", copy, "--vault", old, "--identity", escrow.path)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn("never put over another vault", again.stderr)

    def test_half_a_backup_and_a_full_folder_are_refused_in_words(self):
        os.remove(self.backup + "/backup")
        half = glasshouse("restore", self.backup, "--data", os.path.join(self.town.dir, "x"), "--vault", self.town.data + "/vault")
        self.assertIn("no whole backup", half.stderr)
        full = glasshouse("backup", self.backup, "--data", self.town.data)
        self.assertIn("is there already", full.stderr)


if __name__ == "__main__":
    unittest.main()
