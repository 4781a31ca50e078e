"""Holds the source tree to docs/LAYERS.tsv and to what is deliberately absent. First it checks itself on made-up
trees, each with one thing wrong, so that a rule that finds nothing any more is noticed.

    layers_test.py ROOT
"""
import pathlib
import re
import sys
import tempfile

# Third-party headers and the modules that alone may see them.
DOORS = [
    (r"boost/|curl/", {"net"}),
    (r"opencv2/|onnxruntime", {"vision"}),
    (r"openssl/|sodium|fido", {"crypto"}),
    (r"soci/", {"db"}),
    (r"sqlite3\.h", {"backup", "ledger", "reads"}),
    (r"hpdf", {"exports"}),
    (r"expat", {"adapters"}),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.M)

# No field of this kind may exist, under whatever longer name: see DESIGN, "What is deliberately absent".
FORBIDDEN_WORDS = {
    "speed", "velocity", "mph", "kmh", "kph", "face", "faces", "facial", "gender", "sex", "race", "ethnicity", "ethnic",
    "religion", "skin", "pedestrian", "pedestrians", "passenger", "passengers", "occupant", "occupants",
}
FORBIDDEN_PAIRS = {("owner", "name"), ("registered", "owner"), ("vehicle", "owner"), ("owner", "address"), ("person", "age"),
                   ("driver", "name"), ("driver", "age"), ("driver", "id"), ("driver", "license"), ("driver", "seat")}


def read_layers(path: pathlib.Path) -> dict[str, set[str]]:
    layers = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            module, _, allowed = line.partition("\t")
            layers[module] = set(allowed.split())
    return layers


def words_of(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_").split("_")


def is_forbidden(name: str) -> bool:
    words = words_of(name)
    return bool(FORBIDDEN_WORDS & set(words)) or bool(FORBIDDEN_PAIRS & set(zip(words, words[1:])))


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*|/\*.*?\*/", " ", text, flags=re.S)


def reachable(layers: dict[str, set[str]], module: str) -> set[str]:
    found, todo = set(), [module]
    while todo:
        new = layers.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def check_includes(root: pathlib.Path, layers: dict[str, set[str]]) -> list[str]:
    wrong = []
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in {".h", ".cc"}:
            continue
        where = path.relative_to(root)
        module = where.parts[1]
        if module not in layers:
            wrong.append(f"{where}: the module {module} is not in docs/LAYERS.tsv")
            continue
        # A test builds the real things that its module only sees from above: a gate needs a ledger.
        allowed = reachable(layers, module) if path.name.endswith("_test.cc") else layers[module]
        for system, own in INCLUDE.findall(path.read_text()):
            header = system or own
            used = own.split("/")[0] if "/" in own else None
            if own and used is None:
                wrong.append(f'{where}: includes "{own}" without its module')
            if used in layers and used != module and used not in allowed:
                wrong.append(f'{where}: {module} may not include "{own}"')
            if used and used not in layers and (root / "src" / used).is_dir():
                wrong.append(f'{where}: "{own}" is of a module that docs/LAYERS.tsv does not know')
            for pattern, alone in DOORS:
                if re.match(pattern, header) and module not in alone:
                    wrong.append(f"{where}: only {' and '.join(sorted(alone))} may include <{header}>")
            # A header for tests is read by one unit, not by the program.
            if header == "nlohmann/json.hpp" and path.suffix == ".h" and not path.stem.endswith("_testing"):
                wrong.append(f"{where}: a header includes <nlohmann/json_fwd.hpp>, never the whole")
    return wrong


def check_order(layers: dict[str, set[str]]) -> list[str]:
    """A module may only use modules that stand above it, so that there are no circles."""
    wrong, above = [], set()
    for module, allowed in layers.items():
        wrong += [f"docs/LAYERS.tsv: {module} uses {other}, which does not stand above it" for other in sorted(allowed - above)]
        above.add(module)
    return wrong


def check_permit(root: pathlib.Path) -> list[str]:
    wrong = []
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in {".h", ".cc"}:
            continue
        where = path.relative_to(root)
        text = without_comments(path.read_text())
        in_gate = where.parts[1] == "gate"
        if re.search(r"\bfriend\b[^;]*\bGate\b", text) and where.as_posix() != "src/gate/gate.h":
            wrong.append(f"{where}: a friend of Gate outside src/gate/gate.h")
        if re.search(r"\b(class|struct)\s+Permit\s*[{:]", text) and where.as_posix() != "src/gate/gate.h":
            wrong.append(f"{where}: a second class Permit")
        if re.search(r"(reinterpret_cast|bit_cast|static_cast)\s*<[^>]*\bPermit\b", text):
            wrong.append(f"{where}: a Permit made by a cast")
        if re.search(r"#\s*define\s+(private|class)\b", text):
            wrong.append(f"{where}: redefines an access keyword")
        if not in_gate and re.search(r"\bPermit\s*(\(\s*\)|\{)", text):
            wrong.append(f"{where}: only the gate makes a Permit")
        if where.as_posix() == "src/gate/gate.h":
            friends = re.findall(r"\bfriend\b[^;]*;", text)
            if [f.split() for f in friends] != [["friend", "class", "Gate;"]]:
                wrong.append(f"{where}: Permit has other friends than Gate")
    return wrong


def schema_names(root: pathlib.Path):
    """Every name of a field that is stored, sent or received, with where it stands."""
    contract = root / "api/openapi.yaml"
    if contract.exists():
        text = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', '""', contract.read_text())
        text = re.sub(r"(?m)(description|summary):.*$", "", text)
        for name in re.findall(r"([A-Za-z_][\w-]*)\s*:", text) + re.findall(r"\bname:\s*([\w-]+)", text):
            yield "api/openapi.yaml", name
    for path in sorted((root / "src").rglob("*.cc")):
        text = path.read_text()
        where = path.relative_to(root).as_posix()
        for statement in re.findall(r"(?:CREATE\s+TABLE|ALTER\s+TABLE)[^;]*", text, flags=re.I):
            for name in re.findall(r"[A-Za-z_]\w*", without_comments(re.sub(r"--[^\n]*", " ", statement))):
                yield where, name
        for name in re.findall(r'FieldRule\{\s*"(\w+)"', text):
            yield where, name
    for module in ("reads", "vision", "edge", "search", "hotlist"):
        for path in sorted((root / "src" / module).glob("*.h")):
            text = re.sub(r'"(?:[^"\\]|\\.)*"', '""', without_comments(path.read_text()))
            for name in re.findall(r"[A-Za-z_]\w*", text):
                yield path.relative_to(root).as_posix(), name


def check_schema(root: pathlib.Path) -> list[str]:
    return sorted({f"{where}: a field named {name} must not exist" for where, name in schema_names(root) if is_forbidden(name)})


def check(root: pathlib.Path) -> list[str]:
    layers = read_layers(root / "docs/LAYERS.tsv")
    return check_order(layers) + check_includes(root, layers) + check_permit(root) + check_schema(root)


SOUND = {
    "docs/LAYERS.tsv": "base\nplate\tbase\nvision\tbase plate\ngate\tbase\nreads\tbase gate\n",
    "src/base/a.h": "#include <string>\n",
    "src/plate/a.cc": '#include "base/a.h"\n#include <nlohmann/json.hpp>\n// friend class Gate; opencv2/core.hpp\n',
    "src/vision/a.cc": "#include <opencv2/core.hpp>\n",
    "src/gate/gate.h": "class Permit {\n  friend class Gate;\n  Permit() = default;\n};\n",
    "src/gate/gate.cc": "Permit permit{};\n",
    "src/reads/read.h": "// never a speed\nstruct Read { int surface = 0; int owner = 0; };\n",
    "src/reads/store.cc": '"CREATE TABLE read(id TEXT, trace TEXT);"\n',
    "api/openapi.yaml": 'Read:\n  description: "no speed, no face"\n  properties: {plate: {type: string}, embrace: {type: string}}\n',
}
# One change each, and a part of what must be said about it.
BROKEN = [
    ("src/plate/a.cc", '#include "vision/a.h"\n', 'plate may not include "vision/a.h"'),
    ("src/base/a.h", '#include "plate/a.h"\n', "base may not include"),
    ("src/reads/a.cc", '#include "plate/a.h"\n', "reads may not include"),
    ("src/reads/a_test.cc", '#include "vision/a.h"\n', "reads may not include"),
    ("src/base/a.h", '#include "b.h"\n', "without its module"),
    ("src/new/a.h", "\n", "is not in docs/LAYERS.tsv"),
    ("src/plate/a.cc", "#  include <opencv2/core.hpp>\n", "only vision may include"),
    ("src/plate/a.cc", '#include "sodium.h"\n', "only crypto may include"),
    ("src/plate/a.cc", "#include <boost/beast.hpp>\n", "only net may include"),
    ("src/plate/a.cc", "#include <soci/soci.h>\n", "only db may include"),
    ("src/plate/a.cc", "#include <sqlite3.h>\n", "only backup and ledger and reads may include"),
    ("src/plate/a.h", "#include <nlohmann/json.hpp>\n", "json_fwd"),
    ("docs/LAYERS.tsv", "base\tplate\nplate\tbase\nvision\tbase plate\ngate\tbase\nreads\tbase gate\n", "does not stand above it"),
    ("src/reads/store.cc", "class X { friend class gate::Gate; };\n", "a friend of Gate"),
    ("src/reads/store.cc", "auto p = gate::Permit{};\n", "only the gate makes a Permit"),
    ("src/reads/store.cc", "auto& p = reinterpret_cast<gate::Permit&>(x);\n", "made by a cast"),
    ("src/reads/store.cc", "struct Permit { int x; };\n", "a second class Permit"),
    ("src/reads/store.cc", "#define private public\n", "access keyword"),
    ("src/gate/gate.h", "class Permit { friend class Gate; friend class Store; };\n", "other friends"),
    ("src/reads/read.h", "struct Read { double speed_mph; };\n", "a field named speed_mph"),
    ("src/reads/read.h", "struct Read { int driverAge; };\n", "a field named driverAge"),
    ("src/reads/store.cc", '"CREATE TABLE read(id TEXT, face BLOB);"\n', "a field named face"),
    ("src/reads/store.cc", '"ALTER TABLE read ADD COLUMN owner_name TEXT;"\n', "a field named owner_name"),
    ("src/gate/schema.cc", 'FieldRule{"race", x},\n', "a field named race"),
    ("api/openapi.yaml", "Read:\n  properties: {gender: {type: string}}\n", "a field named gender"),
    ("api/openapi.yaml", "parameters:\n  - {name: registered_owner, in: query}\n", "a field named registered_owner"),
]


def plant(files: dict[str, str], root: pathlib.Path) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def self_test() -> None:
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        plant(SOUND, root)
        assert check(root) == [], f"found fault with a sound tree: {check(root)}"
    for file, text, expected in BROKEN:
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            plant({**SOUND, file: text}, root)
            found = check(root)
            assert any(expected in line for line in found), f"{file} with {text!r}: expected {expected!r}, found {found}"


def main() -> None:
    self_test()
    root = pathlib.Path(sys.argv[1]).resolve()
    assert (root / "src/base/result.h").exists(), f"{root} is not the source tree"
    wrong = check(root)
    if wrong:
        sys.exit("\n".join(wrong))
    files = sum(1 for p in (root / "src").rglob("*") if p.suffix in {".h", ".cc"})
    print(f"{len(BROKEN)} made-up faults found, {files} files sound")


if __name__ == "__main__":
    main()
