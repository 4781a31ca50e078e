"""Sealed pictures out of a read store's packs, read as docs/formats/read.md says and not by our own program."""
import glob
import struct

from harness import CROCKFORD


def id_text(value):
    number = int.from_bytes(value, "big")
    return "read_" + "".join(CROCKFORD[number >> 5 * place & 31] for place in reversed(range(26)))


def pictures_in(folder):
    """Of every read with a sealed picture below a folder of pictures: its id, what its camera signed, the sealed file."""
    for path in sorted(glob.glob(folder + "/*/sealed-*.pack")):
        with open(path, "rb") as source:
            assert source.read(8) == b"GXpictr1", path
            while head := source.read(28):
                start, read_id, manifest_bytes, sealed_bytes = struct.unpack("<4s16sII", head)
                assert start == b"GXpr", path
                manifest, sealed = source.read(manifest_bytes), source.read(sealed_bytes)
                assert len(manifest) == manifest_bytes and len(sealed) == sealed_bytes, path
                yield id_text(read_id), manifest, sealed
