"""The commands of docs/OPERATING.md are ones that the program has, with the options that it has; those of docs/FIGURES.md are the ones of
bench/figures."""
import functools
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/OPERATING.md"
# Commands of two words, whose help is told together.
PAIRS = {"vault", "ledger"}


def commands():
    text = GUIDE.read_text(encoding="utf-8")
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.S | re.M):
        for line in block.splitlines():
            found = re.match(r"(?:.*[ /=])?glasshouse (?!glasshouse)([a-z].*)", line)
            if found:
                yield found.group(1).split()


@functools.cache
def help_of(command):
    told = subprocess.run([os.environ["GLASSHOUSE_BIN"], command, "--help"], capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL)
    return told.stdout + told.stderr


class GuideTest(unittest.TestCase):
    def test_each_command_and_option_of_the_guide_exists(self):
        seen = 0
        for words in commands():
            told = help_of(words[0])
            wanted = [f"glasshouse {' '.join(words[:2] if words[0] in PAIRS else words[:1])}"]
            wanted += [word for word in words if word.startswith("--")]
            wanted += [word for word in words if words[0] == "admin" and word in ("first-link", "link", "unlock")]
            for word in wanted:
                self.assertIn(word, told, f"docs/OPERATING.md: glasshouse {' '.join(words)}")
            seen += 1
        self.assertGreater(seen, 10)

    def test_each_name_of_the_configuration_is_an_option_of_serve(self):
        text = GUIDE.read_text(encoding="utf-8")
        told = help_of("serve")
        block = re.search(r"^```toml\n(.*?)^```", text, re.S | re.M).group(1)
        names = re.findall(r"^([a-z-]+) = ", block, re.M) + re.findall(r"`([a-z-]+) = \"", text)
        self.assertGreater(len(names), 5)
        for name in names:
            self.assertIn(f"--{name} ", told, name)

    def test_each_figure_has_its_command_in_the_documents(self):
        listed = subprocess.run([ROOT / "bench/figures", "--list"], capture_output=True, text=True, check=True).stdout
        measured = set(re.findall(r"(bench/[a-z-]+)", listed))
        told = set(re.findall(r"(bench/[a-z-]+)", (ROOT / "docs/FIGURES.md").read_text(encoding="utf-8"))) - {"bench/figures"}
        self.assertGreater(len(measured), 20)
        self.assertEqual(measured, told)


if __name__ == "__main__":
    unittest.main()
