"""European countries' plates: serial formats of several generations and what surrounds the serial.

Grounds are "RRGGBB/ink". Marks name what stands in the serial's wide room (`=` in the pattern) and at the ends.
"""
from __future__ import annotations

from dataclasses import dataclass

CYRILLIC_TWINS = "DFGIJLNQRSUVWZ"  # letters without a Cyrillic look-alike
GREEK_TWINS = "CDFGJLQRSUVW"


@dataclass(frozen=True)
class Country:
    code: str
    label: str  # on the band
    weight: float
    formats: tuple  # (weight, pattern, letters never used)
    grounds: tuple  # (weight, "ground/ink")
    marks: tuple = ()  # seals crest check hexagons dots edgelines greenedge redborder rightband county
    band: float = 0.9  # share with a blue band at the left
    family: str = "eu"



def _c(code, label, weight, formats, grounds="f6f6f6/141414", **more):
    pairs = []
    for part in grounds.split(","):
        share, _, pair = part.rpartition("@")
        pairs.append((float(share or 1), pair))
    return Country(code, label, weight, tuple(formats), tuple(pairs), **more)


COUNTRIES = (
    _c("de", "D", 9, [(3, "A=AA~9999", ""), (4, "AA=AA~999", ""), (3, "AAA=AA~999", ""), (3, "AAA=A~999", ""), (2, "AA=A~9999", ""), (2, "AA=AA~9999", ""),
                      (1, "AAA=AA~99", ""), (1, "A=A~9999", ""), (1, "AA=A~99", ""), (1, "A=AA~999", ""), (0.4, "AAA=A~9", ""), (0.4, "AA=AA~99h", "")], marks=("seals",)),
    _c("at", "A", 2.5, [(3, "A=99999A", ""), (3, "AA=999AA", ""), (2, "AA=99AAA", ""), (2, "A=9999AA", ""), (1, "AA=9999A", ""), (1, "A=AAAA9", ""), (1, "A=9~AAA", "")],
       marks=("crest", "edgelines")),
    _c("be", "B", 2.5, [(5, "9-AAA-999", ""), (3, "AAA-999", ""), (2, "AAA999", ""), (1, "999-AAA", ""), (1, "9-AAA-999", "")], "f4f0ee/a01828", marks=("redborder",)),
    _c("nl", "NL", 3, [(3, "99-AA-AA", "AEIOUCQ"), (2, "AA-99-AA", "AEIOUCQ"), (2, "AA-AA-99", "AEIOUCQ"), (3, "99-AAA-9", "AEIOUCQ"), (3, "9-AAA-99", "AEIOUCQ"), (3, "AA-999-A", "AEIOUCQ"),
                       (2, "A-999-AA", "AEIOUCQ"), (1, "AAA-99-A", "AEIOUCQ")], "f0b818/141414"),
    _c("fr", "F", 4.5, [(7, "AA-999-AA", "IOU"), (3, "999~AAA~99", "IO"), (2, "9999~AA~99", "IO"), (1, "999~AA~99", "IO")], "6@f6f6f6/141414,1@e8c020/141414", marks=("rightband",)),
    _c("it", "I", 4, [(9, "AA~999AA", "IOQU"), (2, "AA999~AA", "IOQU"), (1, "AA~99999", "IOQU")], marks=("rightband",)),
    _c("es", "E", 3.5, [(8, "9999~AAA", "AEIOUQ"), (2, "A~9999~AA", "QR"), (2, "AA~9999~A", "QR"), (2, "A-9999-AA", "QR"), (1, "AA9999AA", "Q")]),
    _c("pt", "P", 2, [(3, "99-AA-99", ""), (3, "99-99-AA", ""), (2, "AA-99-99", ""), (2, "AA~99~AA", "")]),
    _c("gb", "GB", 5, [(9, "AA99~AAA", "IQ"), (2, "A999~AAA", "IQ"), (2, "A99~AAA", "IQ"), (1, "AAA~999A", "IQ"), (0.5, "A9~AAA", "IQ")], "f6f6f6/141414,f0c020/141414", band=0.5, family="uk"),
    _c("ie", "IRL", 1.5, [(4, "99-A-9999", ""), (3, "99-A-99999", ""), (3, "99-AA-9999", ""), (3, "999-A-9999", ""), (2, "999-AA-999", "")], marks=("county",)),
    _c("pl", "PL", 3, [(4, "AA~99999", "Q"), (3, "AAA~9999", "Q"), (2, "AA~9999A", "Q"), (2, "AA~999AA", "Q"), (2, "AAA~A999", "Q"), (1, "AAA~99AA", "Q"), (1, "AAA~9A99", "Q")], marks=("smallsticker",)),
    _c("cz", "CZ", 2.5, [(6, "9A9=9999", "GOQW"), (3, "9AA=9999", "GOQW"), (1, "AAA~99~99", "GOQW")], marks=("hexagons",)),
    _c("sk", "SK", 1.8, [(9, "AA=999AA", "Q")], marks=("crest",)),
    _c("si", "SLO", 1.6, [(4, "AA=AA-999", "Q"), (3, "AA=99-9AA", "Q"), (2, "AA=AAA99", "Q"), (2, "AA=A9-999", "Q")], marks=("crest", "greenedge")),
    _c("hr", "HR", 1.8, [(4, "AA=999-A", "Q"), (4, "AA=9999-AA", "Q"), (3, "AA=999-AA", "Q"), (1, "AA=9999-A", "Q"), (0.5, "999=999", "")], marks=("check",), band=0.4),
    _c("rs", "SRB", 1.2, [(5, "AA=999-AA", "Q"), (4, "AA=9999-AA", "Q")], marks=("crest",)),
    _c("hu", "H", 2, [(7, "AAA-999", ""), (2, "AAA:999", ""), (2, "AA~AA-999", ""), (0.5, "AAAAA-9", "")], marks=("dots",)),
    _c("ro", "RO", 2, [(5, "AA~99~AAA", "Q"), (3, "A~999~AAA", "Q"), (3, "A~99~AAA", "Q"), (1, "AAA~99999", "")]),
    _c("bg", "BG", 1.6, [(5, "AA~9999~AA", CYRILLIC_TWINS), (4, "A~9999~AA", CYRILLIC_TWINS)]),
    _c("gr", "GR", 1.8, [(9, "AAA-9999", GREEK_TWINS)], marks=("smallsticker",)),
    _c("se", "S", 1.8, [(7, "AAA~999", "IQV"), (3, "AAA~99A", "IQV")], marks=("smallsticker",)),
    _c("no", "N", 1.5, [(9, "AA~99999", "")]),
    _c("dk", "DK", 1.6, [(9, "AA~99~999", ""), (2, "AA~99999", "")], "6@f6f6f6/141414,1@f0c020/141414", marks=("redborder",), band=0.6),
    _c("fi", "FIN", 1.5, [(9, "AAA-999", ""), (2, "AAA-99", ""), (1, "AA-999", "")]),
    _c("ee", "EST", 0.9, [(9, "999~AAA", "")]),
    _c("lv", "LV", 0.9, [(9, "AA-9999", ""), (2, "AA-999", "")]),
    _c("lt", "LT", 1, [(9, "AAA~999", ""), (2, "AAA:999", "")], marks=("dots",)),
    _c("lu", "L", 0.9, [(9, "AA~9999", ""), (2, "99999", ""), (1, "9999", "")], "f0c018/141414"),
    _c("ch", "CH", 1.8, [(5, "AA.999999", ""), (4, "AA.99999", ""), (1, "AA.9999", "")], marks=("endcrests",), band=0.0),
    _c("ua", "UA", 1.2, [(9, "AA~9999~AA", CYRILLIC_TWINS)]),
    _c("xx", "TR", 1, [(3, "99~A~9999", "QXW"), (3, "99~AA~999", "QXW"), (3, "99~AAA~99", "QXW"), (2, "99~AA~9999", "QXW")]),
    _c("xx", "M", 0.6, [(5, "AAA~999", ""), (4, "AAA-999", "")]),
    _c("xx", "CY", 0.5, [(9, "AAA~999", "")], "2@f6f6f6/141414,1@f0c020/141414"),
    _c("xx", "MK", 0.5, [(5, "AA=9999-AA", "Q"), (4, "AA=999-AA", "Q")], marks=("crest",)),
    _c("xx", "BIH", 0.5, [(9, "A99-A-999", "BCDFGHILNPQRSUVWXYZ"), (2, "999-A-999", "BCDFGHILNPQRSUVWXYZ")]),
    _c("xx", "AL", 0.4, [(9, "AA=999AA", "")], marks=("crest",)),
    _c("xx", "BY", 0.4, [(9, "9999~AA-9", CYRILLIC_TWINS)]),
    _c("xx", "RUS", 1, [(9, "A999AA~[99]", CYRILLIC_TWINS), (5, "A999AA~[999]", CYRILLIC_TWINS)], band=0.0),
    _c("xx", "IS", 0.4, [(9, "AA~A99", ""), (4, "AA~999", "")]),
    _c("xx", "F", 1.2, [(4, "9999~AA~99", "IO"), (4, "999~AAA~99", "IO"), (2, "A-999-AA", "IO")], "2@1a1a1a/dcdcdc,3@e8c020/141414,1@1c2c7a/f0f0f0", band=0.1),
)
