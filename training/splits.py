"""Which pictures training may see and which are kept out of it. Needs nothing but Python, so that benchmarks can ask too."""
import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def data_folder():
    """The folder that holds train/ ($GLASSHOUSE_DATA, else ../shared/data). benchmark/ beside it is never read here."""
    for folder in (os.environ.get("GLASSHOUSE_DATA"), os.path.join(ROOT, "..", "shared", "data")):
        if folder and os.path.isdir(os.path.join(folder, "train")):
            return os.path.abspath(folder)
    raise SystemExit("the training photographs are not here; name their folder with GLASSHOUSE_DATA")


def held_out(name, one_in=12):
    """Whether a picture is kept out of training: by a hash of its name (FNV-1a), so that it never depends on order."""
    value = 2166136261
    for byte in os.path.basename(name).encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value % one_in == 0


def negatives(training):
    """Pictures without plates: two thirds to train with, a third (by name) to measure false reads on."""
    folder = os.path.join(data_folder(), "train", "negatives")
    return [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if held_out(n, 3) != training]


def labelled_crops(training):
    """(path, text) of real plates with a text: the Brazilian crops, one in twelve held out."""
    folder = os.path.join(data_folder(), "train", "br-crops")
    rows = []
    with open(os.path.join(folder, "truth.tsv"), encoding="utf-8") as source:
        for line in source:
            name, _, text = line.rstrip("\n").split("\t")
            if held_out(name) != training:
                rows.append((os.path.join(folder, name), text))
    return rows
