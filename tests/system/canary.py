"""Looks for marks in memory and files, as they are and in the three ways in which base64 may hold them. All marks of a run
begin alike, so that one quick pass finds whatever there is of any of them.

    marks = Marks(1000)                        # marks.all: 64 random bytes each
    marks.hits(memory_of(pid))                 # how many of them are somewhere in that process
    marks.in_folder(path)
"""
import base64
import os

MARK_BYTES, ALIKE_BYTES = 64, 24
PIECE_BYTES = 8 << 20


def base64_forms(alike):
    """What stands in base64 for the inner bytes of a mark's beginning, wherever it begins in the text that was encoded."""
    forms = []
    for before in range(3):
        text = base64.b64encode(b"\0" * before + alike)
        forms.append(text[(before * 4 + 2) // 3 + (1 if before else 0):len(text) - 4])
    return forms


class Marks:
    def __init__(self, count):
        alike = os.urandom(ALIKE_BYTES)
        self.all = [alike + os.urandom(MARK_BYTES - ALIKE_BYTES) for _ in range(count)]
        self.alike, self.in_base64 = alike, base64_forms(alike)

    def hits(self, pieces):
        """How many different marks, or beginnings of marks, are in these bytes. Pieces may overlap."""
        found = set()
        for piece in pieces:
            at = -1
            while (at := piece.find(self.alike, at + 1)) >= 0:
                found.add(bytes(piece[at:at + MARK_BYTES]))
            for form in self.in_base64:
                at = -1
                while (at := piece.find(form, at + 1)) >= 0:
                    found.add(bytes(piece[at:at + MARK_BYTES]))
        return len(found)

    def in_folder(self, folder):
        """In its files."""
        return self.hits(piece for root, _, names in os.walk(folder) for name in names for piece in pieces_of(os.path.join(root, name)))


def pieces_of(path):
    try:
        with open(path, "rb") as source:
            tail = b""
            while piece := source.read(PIECE_BYTES):
                yield tail + piece
                tail = piece[-2 * MARK_BYTES:]
    except OSError:
        return


def memory_of(pid):
    """All that the process holds and may read: heap, stacks, mapped files."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            span, rights, *_ = line.split()
            if not rights.startswith("r") or line.endswith(("[vvar]", "[vsyscall]", "[vdso]")):
                continue
            at, end = (int(word, 16) for word in span.split("-"))
            tail = b""
            while at < end:
                try:
                    memory.seek(at)
                    piece = memory.read(min(PIECE_BYTES, end - at))
                except (OSError, ValueError):
                    break
                if not piece:
                    break
                yield tail + piece
                tail = piece[-2 * MARK_BYTES:]
                at += len(piece)
