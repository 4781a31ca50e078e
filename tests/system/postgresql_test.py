"""The records on PostgreSQL instead of SQLite: the same server, the same answers, and they survive kill -9.

Starts Debian's own PostgreSQL for itself, on a Unix socket in a folder of its own. Skipped, and says so, where that is
not installed (apt-get install postgresql).
"""
import glob
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BINARY, TINY_JPEG, Process, Town, rfc3339  # noqa: E402


def tool(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name)


def glasshouse(*arguments, cwd=None):
    return subprocess.run([os.path.abspath(BINARY), *arguments], capture_output=True, text=True, cwd=cwd)


@unittest.skipUnless(tool("initdb") and tool("pg_ctl"), "PostgreSQL is not installed here")
class PostgresqlTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="glasshouse-pg-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        # The database server refuses to run as root.
        self.user = None
        if os.getuid() == 0:
            self.user = "postgres" if "postgres" in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
            shutil.chown(self.dir, self.user)
        data = os.path.join(self.dir, "data")
        self.as_server([tool("initdb"), "-D", data, "-U", "glasshouse", "-A", "trust", "-E", "UTF8", "--no-locale"])
        self.as_server([tool("pg_ctl"), "-D", data, "-w", "-t", "60", "-l", os.path.join(self.dir, "log"), "-o",
                        f"-c listen_addresses='' -k {self.dir}", "start"])
        self.addCleanup(self.as_server, [tool("pg_ctl"), "-D", data, "-m", "immediate", "stop"])
        self.url = f"postgresql:///postgres?host={self.dir}&user=glasshouse"

    def as_server(self, command):
        done = subprocess.run(command, user=self.user, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C"})
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_module_that_speaks_sql_holds_its_contract(self):
        program = os.environ.get("GLASSHOUSE_DB_TEST", "")
        if not os.path.exists(program):
            self.skipTest("db_test is not built beside this program")
        done = subprocess.run([program], env={**os.environ, "GLASSHOUSE_TEST_POSTGRESQL": self.url}, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:])
        self.assertIn("postgresql", done.stdout)

    def test_a_hit_from_import_to_decision_and_a_restart(self):
        with Town("--database", self.url) as town:
            supervisor, dispatcher, officer = (town.officer(role) for role in ("supervisor", "dispatcher", "officer"))
            case = town.case(supervisor, [officer])
            hotlist = town.hotlist(supervisor, zero_rule="o-is-zero")
            end = rfc3339(time.time() + 30 * 86400)
            csv = f"plate,reason,case,expires\nZZZ1234,Stolen,26-1,{end[:10]}\nBAD$,x,1,{end[:10]}\n".encode()
            status, preview = supervisor.request("POST", f"/api/v1/hotlists/{hotlist}/import", csv,
                                                 headers={"Content-Type": "text/csv"})
            self.assertEqual((status, preview["to_add"], preview["refused_count"]), (201, 1, 1), preview)
            supervisor.must("POST", f"/api/v1/hotlists/{hotlist}/import/{preview['id']}/commit", {})
            town.wanted(supervisor, hotlist, "ABC123O", region="us-va", color="red", body="sedan")
            self.assertEqual(supervisor.post(f"/api/v1/hotlists/{hotlist}/entries",
                                             {"plate": "ZZZ1234", "reason": "x", "case_number": "1",
                                              "expires_at": end})[0], 409, "on the list already")
            _, token = town.camera()
            town.send_by_camera(token, [town.read("ABC1230", picture=TINY_JPEG), town.read("ABC1230"), town.read("ZZZ1234")])
            queue = dispatcher.must("GET", "/api/v1/alerts")["items"]
            self.assertEqual(sorted(alert["reads"] for alert in queue), [1, 2])
            alert = next(alert for alert in queue if alert["reads"] == 2)
            path = f"/api/v1/alerts/{alert['id']}"
            town.kill()
            town.start()
            self.assertEqual(dispatcher.must("POST", path + "/decision", {
                "decision": "confirm", "reason_code": "all-agree", "compared": ["plate", "region", "body", "color"]})["state"],
                "confirmed")
            self.assertEqual(dispatcher.post(path + "/decision", {"decision": "reject", "reason_code": "misread",
                                                                  "compared": []})[0], 409)
            self.assertEqual(len(town.search(officer, case, {"plate": {"mode": "exact", "text": "ABC1230"}})), 2)
            backup = os.path.join(town.dir, "backup")
            self.assertIn("wherever", glasshouse("restore", "--help").stdout)
            refused = glasshouse("backup", backup + "-none", "--data", town.data)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("by --database", refused.stderr)
            done = glasshouse("backup", backup, "--data", town.data, "--database", self.url)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(town.stop(), 0)
            self.restored_into_sqlite(town, backup)
            self.restored_into_another_database(town, backup, dispatcher, officer, case, path)

    def restored_into_sqlite(self, town, backup):
        folder = os.path.join(town.dir, "restored-sqlite")
        done = glasshouse("restore", backup, "--data", "restored-sqlite", "--vault", self.vault_of(town, "a"), cwd=town.dir)
        self.assertEqual(done.returncode, 0, done.stderr)
        with sqlite3.connect(os.path.join(folder, "records.db")) as records:
            self.assertEqual(records.execute("SELECT count(*) FROM alerts").fetchone(), (2,))
            self.assertEqual(records.execute("SELECT count(*) FROM account_sessions").fetchone(), (0,))
            self.assertEqual(records.execute("PRAGMA foreign_key_check").fetchall(), [])
            with self.assertRaises(sqlite3.IntegrityError):  # the keys are there again
                records.execute("INSERT INTO alerts SELECT * FROM alerts")

    def restored_into_another_database(self, town, backup, dispatcher, officer, case, path):
        folder, vault = os.path.join(town.dir, "restored"), self.vault_of(town, "b")
        taken = glasshouse("restore", backup, "--data", folder + "-no", "--vault", vault, "--database", self.url)
        self.assertEqual(taken.returncode, 1)
        self.assertIn("an empty one only", taken.stderr)
        self.as_server([tool("createdb"), "-h", self.dir, "-U", "glasshouse", "another"])
        url = self.url.replace("/postgres?", "/another?")
        done = glasshouse("restore", backup, "--data", folder, "--vault", vault, "--database", url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(os.path.exists(os.path.join(folder, "records.db")))
        town.data, town.more = folder, ["--database", url, "--vault", vault]
        town.start()
        dispatcher, officer = (town.again(person) for person in (dispatcher, officer))
        self.assertEqual(dispatcher.must("GET", path)["state"], "confirmed")
        self.assertEqual(len(town.search(officer, case, {"plate": {"mode": "exact", "text": "ABC1230"}})), 2)
        self.assertEqual(town.stop(), 0)

    def vault_of(self, town, name):
        copy = os.path.join(town.dir, "vault-" + name)
        shutil.copytree(os.path.join(town.data, "vault"), copy)
        return copy

    def test_a_database_that_is_away_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Process(["serve", "--data", os.path.join(folder, "data"), "--port", "0", "--database",
                              f"postgresql:///postgres?host={folder}"])
            self.assertEqual(server.ended(), 1)
            self.assertIn("records database does not open", server.output())


if __name__ == "__main__":
    unittest.main()
