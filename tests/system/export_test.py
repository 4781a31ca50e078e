"""An export as its receiver sees it: unpacked by others' programs, checked by its own script, opened by a spreadsheet."""
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TINY_JPEG, AgeKey, Town  # noqa: E402


class ExportTest(unittest.TestCase):
    def setUp(self):
        self.town = Town().__enter__()
        self.addCleanup(self.town.__exit__)
        self.supervisor, self.officer = self.town.officer("supervisor"), self.town.officer("officer")
        _, self.token = self.town.camera(name="=HYPERLINK(1) Main St")
        self.reads = [self.town.read(f"ABC12{n}", picture=TINY_JPEG if n < 4 else None) for n in range(7)]
        self.town.send_by_camera(self.token, self.reads)
        self.case = self.town.case(self.supervisor, [self.officer], number="26-77")

    def export(self, form, case=None, **more):
        body = {"as": form, "case_id": case or self.case, "question": {"plate": {"text": "ABC12", "mode": "prefix"}},
                "utc_offset_min": -300, **more}
        return self.officer.request("POST", "/api/v1/search/export", body, raw=True)

    def unpacked(self, content):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertIsNone(archive.testzip())
            archive.extractall(folder)
        return folder

    @staticmethod
    def check(folder):
        return subprocess.run(["sh", "./check"], cwd=folder, capture_output=True, text=True)

    def test_a_package_is_checked_by_its_own_script_and_shows_every_change(self):
        key = AgeKey(self.town.dir)
        status, content, headers = self.export("package", to=key.recipient)
        self.assertEqual(status, 200, content[:500])
        self.assertEqual(headers["content-type"], "application/zip")
        self.assertIn("attachment; filename=\"reads-26-77-", headers["content-disposition"])
        index = int(headers["x-glasshouse-ledger-index"])
        folder = self.unpacked(content)
        passed = self.check(folder)
        self.assertEqual(passed.returncode, 0, passed.stdout + passed.stderr)
        self.assertIn(f"entry {index}: in the log", passed.stdout)
        self.assertTrue(passed.stdout.endswith("sound\n"))
        self.assertIn("sealed pictures: 4, each as its camera signed it", passed.stdout)
        self.assertEqual(len([n for n in os.listdir(folder + "/pictures") if n.endswith(".age")]), 4)
        opened = subprocess.run(["sh", "./open", key.path], cwd=folder, capture_output=True, text=True)
        self.assertEqual(opened.returncode, 0, opened.stderr)
        self.assertIn("opened: 4, each as its camera signed it", opened.stdout)
        for name in os.listdir(folder + "/opened"):
            with open(os.path.join(folder, "opened", name), "rb") as picture:
                self.assertTrue(picture.read().startswith(TINY_JPEG), name)
        stranger = AgeKey(self.town.dir)
        self.assertNotEqual(subprocess.run(["sh", "./open", stranger.path], cwd=folder, capture_output=True).returncode, 0)
        with open(folder + "/manifest.json") as source:
            manifest = json.load(source)
        self.assertEqual((manifest["case"], manifest["ledger_index"], len(manifest["reads"])), ("26-77", index, 7))
        for read in manifest["reads"]:
            if "picture" in read:
                with open(os.path.join(folder, read["picture"]["file"]), "rb") as picture:
                    self.assertEqual(hashlib.sha256(picture.read()).hexdigest(), read["picture"]["sha256"])
            else:
                self.assertTrue(read["no_picture"])

        # A changed picture; a proof of another entry; a field that says something else; another's signature.
        def changed(path, change, mends=False):
            again = self.unpacked(content)
            with open(os.path.join(again, path), "rb") as source:
                before = source.read()
            after = change(before)
            self.assertNotEqual(before, after)
            with open(os.path.join(again, path), "wb") as target:
                target.write(after)
            if mends or (path != "SHA256SUMS" and not path.startswith("pictures/")):  # the forger mends the sums, too
                with open(again + "/SHA256SUMS") as sums:
                    names = [line.split("  ")[1] for line in sums.read().splitlines()]
                subprocess.run("sha256sum " + " ".join(names) + " > SHA256SUMS", shell=True, cwd=again, check=True)
            result = self.check(again)
            self.assertNotEqual(result.returncode, 0, path + " was changed, and the check says: " + result.stdout)
            self.assertNotIn("sound", result.stdout)

        first = next(read["picture"]["file"] for read in manifest["reads"] if "picture" in read)
        changed(first, lambda b: b + b"x")

        # A forger who mends the sums is told by the camera's signature.
        signed = first[:-len(".age")] + ".manifest"
        changed(first, lambda b: b[:-1] + bytes([b[-1] ^ 1]), mends=True)
        changed(signed, lambda b: b.replace(b"sequence ", b"sequence 1"))
        changed(signed, lambda b: b[:-2] + (b"0" if b[-2:-1] != b"0" else b"1") + b"\n", mends=True)
        changed("log/entry.leaf", lambda b: b.replace(b"a", b"b", 1))
        changed("log/disclosures", lambda b: (b[:20] + (b"A" if b[20:21] != b"A" else b"B") + b[21:]))
        changed("log/entry.tlog-proof", lambda b: b.replace(f"index {index}\n".encode(), f"index {index - 1}\n".encode()))
        note = b"\n\n"
        changed("log/entry.tlog-proof", lambda b: b[:b.rindex(note) - 3] + (b"A" if b[b.rindex(note) - 3:b.rindex(note) - 2] != b"A" else b"B") + b[b.rindex(note) - 2:])

    def test_without_a_key_the_pictures_stay_out_and_the_package_says_why(self):
        self.assertEqual(self.export("package", to="age1none")[0], 422)
        folder = self.unpacked(self.export("package")[1])
        self.assertEqual(self.check(folder).returncode, 0)
        self.assertFalse(os.path.exists(folder + "/pictures"))
        with open(folder + "/manifest.json") as source:
            why = [read["no_picture"] for read in json.load(source)["reads"]]
        self.assertEqual(len([words for words in why if "sealed" in words]), 4, why)

    def test_what_was_given_out_stands_in_the_log(self):
        _, content, headers = self.export("package", to=AgeKey(self.town.dir).recipient)
        entries = {e["index"]: e for e in self.supervisor.must("GET", "/api/v1/ledger/entries?limit=50")["items"]}
        index = int(headers["x-glasshouse-ledger-index"])
        self.assertEqual(entries[index]["kind"], "export-reads")
        made = [e for e in entries.values() if e["kind"] == "export.made"]
        self.assertEqual(len(made), 1)
        self.assertIn(hashlib.sha256(content).hexdigest(), json.dumps(made[0]), "the archive's SHA-256 is public at once")
        self.assertIn("view-picture", [e["kind"] for e in entries.values()], "the pictures were asked for by themselves")
        self.assertNotIn("ABC12", json.dumps(entries), "no plate stands in what everybody sees")

    def test_more_pictures_than_one_entry_of_the_log_can_name_are_all_given_out(self):
        self.town.send_by_camera(self.token, [self.town.read(f"ABC12{n}", picture=TINY_JPEG) for n in range(140)])
        folder = self.unpacked(self.export("package", to=AgeKey(self.town.dir).recipient)[1])
        self.assertEqual(len([n for n in os.listdir(folder + "/pictures") if n.endswith(".age")]), 144)
        self.assertIn("sealed pictures: 144", self.check(folder).stdout)

    def test_an_answer_of_more_than_one_file_comes_in_parts_and_each_says_which(self):
        self.town.send_by_camera(self.token, [self.town.read(f"ABC12{n % 10}") for n in range(600)])
        ids, cursor, ranges = [], {}, []
        for _ in range(2):
            status, content, headers = self.export("csv", **cursor)
            self.assertEqual(status, 200, content)
            ids += [row["read_id"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""))]
            ranges.append((headers["x-glasshouse-first-read"], headers["x-glasshouse-reads"], headers["x-glasshouse-reads-found"]))
            self.assertIn("1-to-500-of-607" if not cursor else "501-to-607-of-607", headers["content-disposition"])
            cursor = {"cursor": headers.get("x-glasshouse-next", "")}
        self.assertEqual(ranges, [("1", "500", "607"), ("501", "107", "607")])
        self.assertEqual(cursor["cursor"], "")
        self.assertEqual(len(set(ids)), 607, "no read twice, none left out")
        for bad in ("x", "0.a", "501.", "501.AAAA"):
            self.assertEqual(self.export("csv", cursor=bad)[0], 422, bad)

    def wide(self, form, text, case=None, **more):
        body = {"as": form, "case_id": case or self.case, "text": text, "utc_offset_min": -300, **more}
        return self.officer.request("POST", "/api/v1/search/export/wide", body, raw=True)

    def test_who_was_at_several_places_is_exported_and_checked_as_reads_are(self):
        _, bridge = self.town.camera(name="Bridge", lat=44.1)
        self.town.send_by_camera(bridge, [self.town.read("ABC121", picture=TINY_JPEG), self.town.read("ABC122")])
        key = AgeKey(self.town.dir)
        status, content, headers = self.wide("package", "camera:\"=HYPERLINK(1) Main St\" from:6h and camera:Bridge from:6h", to=key.recipient)
        self.assertEqual(status, 200, content[:500])
        self.assertIn("meet-26-77-", headers["content-disposition"])
        folder = self.unpacked(content)
        passed = self.check(folder)
        self.assertEqual(passed.returncode, 0, passed.stdout + passed.stderr)
        self.assertIn(f"entry {headers['x-glasshouse-ledger-index']}: in the log", passed.stdout)
        opened = subprocess.run(["sh", "./open", key.path], cwd=folder, capture_output=True, text=True)
        self.assertIn("opened: 3, each as its camera signed it", opened.stdout)
        with open(folder + "/vehicles.csv", newline="") as source:
            self.assertEqual({row["plate"]: row["cameras"] for row in csv.DictReader(source)}, {"ABC121": "2", "ABC122": "2"})
        with open(folder + "/manifest.json") as source:
            manifest = json.load(source)
        self.assertEqual((manifest["kind"], manifest["vehicles_found"], len(manifest["reads"])), ("meet", 2, 4))
        self.assertIn("Who was at all 2 of these", manifest["sentence"])
        with open(folder + "/vehicles.csv", "a") as target:
            target.write("x")
        self.assertNotEqual(self.check(folder).returncode, 0)
        entries = {e["index"]: e for e in self.supervisor.must("GET", "/api/v1/ledger/entries?limit=50")["items"]}
        self.assertEqual(entries[int(headers["x-glasshouse-ledger-index"])]["kind"], "export-reads")
        self.assertIn(hashlib.sha256(content).hexdigest(), json.dumps(entries))

    def test_the_way_of_a_plate_is_exported_with_its_gaps(self):
        now = time.time()
        self.town.send_by_camera(self.token, [self.town.read("WAY77", at=now - ago) for ago in (7200, 7000, 600)])
        for form, begins in (("report", b"%PDF-"), ("package", b"PK")):
            status, content, _ = self.wide(form, "show:route plate:WAY77 from:6h")
            self.assertEqual((status, content[:len(begins)]), (200, begins))
        rows = list(csv.DictReader(io.StringIO(self.wide("csv", "show:route plate:WAY77 from:6h")[1].decode(), newline="")))
        self.assertEqual([int(row["gap_before_minutes"]) for row in rows], [0, 0, 106])
        for show, at in (("first", rows[0]), ("last", rows[2])):
            _, content, headers = self.wide("csv", f"show:{show} plate:WAY77 from:6h")
            one = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
            self.assertEqual([row["read_id"] for row in one], [at["read_id"]])
            self.assertIn(f'filename="{show}-', headers["content-disposition"])
        self.assertEqual(self.wide("csv", "plate:WAY77")[0], 422, "a list of reads has its own form")
        stranger = self.town.case(self.supervisor, [self.town.officer("officer")])
        self.assertEqual(self.wide("csv", "show:route plate:WAY77", case=stranger)[0], 403)
        light = self.town.case(self.supervisor, [self.officer], offence="larceny")
        self.assertEqual(self.wide("csv", "show:convoy plate:WAY77", case=light)[0], 403, "not grave enough for it")

    def test_csv_runs_nothing(self):
        status, content, _ = self.export("csv")
        self.assertEqual(status, 200)
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        self.assertEqual(len(rows), 7)
        self.assertEqual(rows[0]["camera"], "'=HYPERLINK(1) Main St")
        self.assertEqual({row["plate"] for row in rows}, {f"ABC12{n}" for n in range(7)})
        for row in rows:
            for name, value in row.items():
                if name not in ("latitude", "longitude"):
                    self.assertNotIn(value[:1], list("=+-@\t\r"), f"{name}: {value}")

    def test_the_report_is_a_pdf(self):
        status, content, headers = self.export("report")
        self.assertEqual((status, headers["content-type"]), (200, "application/pdf"))
        self.assertTrue(content.startswith(b"%PDF-1."))
        self.assertTrue(content.rstrip().endswith(b"%%EOF"))
        self.assertGreaterEqual(content.count(b"/Type /Page\n"), 1)
        self.assertEqual(content.count(b"/Subtype /Image"), 0, "sealed pictures are not in it")

    def test_no_case_no_export(self):
        stranger = self.town.officer("officer")
        other = self.town.case(self.supervisor, [stranger])
        self.assertEqual(self.export("csv", case=other)[0], 403)
        self.assertEqual(self.export("csv", case="case_none")[0], 404)
        self.assertEqual(self.export("xlsx")[0], 422)
        status, content, _ = self.export("package", on_behalf_of={"agency": "ICE", "kind": "federal"})
        self.assertEqual(status, 403, content)


if __name__ == "__main__":
    unittest.main()
