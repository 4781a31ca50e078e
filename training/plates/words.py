"""Texts of vanity plates: real words and what owners make of them."""
from __future__ import annotations

from .dice import chance, pick
from .serial import digit, letter

WORDS = (
    "GOOD LOVE FAST DOG CAT MOM DAD BOSS KING QUEEN BEACH SURF SKI GOLF FISH HAPPY LUCKY ROCK STAR MUSIC JAZZ BLUES RACER TURBO "
    "HEMI VETTE CAMARO MUSTANG JEEP GRANNY NANA PAPA DOC NURSE TEACH LAW COACH TIGERS BEARS EAGLES GATORS BULLS HUSKY SUNNY "
    "ZEN YOGA RUNNER BIKER CHEF PIZZA COFFEE WINE BEER CANDY SWEET PEACH ROSE LILY DAISY ANGEL GRACE FAITH HOPE BLESSED JESUS "
    "FREEDOM LIBERTY VEGAS TAHOE ASPEN MAUI ALOHA TEXAN YANKEE REBEL OUTLAW MAVERIK WILD CRAZY QUICK ZOOM VROOM WHEELS DRIVER "
    "PILOT FLYER SAILOR DIVER HUNTER RANCH COWBOY FARMER HORSE PONY WOLF FOX BEAR HAWK OWL RAVEN DRAGON KNIGHT WIZARD NINJA "
    "GEEK NERD CODER ROBOT SPACE LUNAR SOLAR GREEN BLUE RED BLACK SILVER GOLD RUBY JADE PEARL OPAL ONYX DAVID MIKE JOHN SUE "
    "BETTY LINDA KAREN PETER ANNA MARIA JOSE LUIS HELENA PLATO OSCAR BOBBY QUINN IRIS ZOE OLGA IGOR VIVIAN XAVIER WANDA"
).split()
SHORT = ("ILUV", "GO", "MY", "THE", "BIG", "LIL", "MR", "MS", "IM", "UR", "NO", "2", "4", "GR8", "K9", "L8", "SK8", "4U", "2FAST", "4X4", "B4", "XO")
VANITY_MAX = 7


def vanity(rng) -> str:
    """2 to 7 characters; spaces and dashes may come between words."""
    roll = rng.random()
    if roll < 0.35:
        text = pick(rng, WORDS)
    elif roll < 0.5:
        text = pick(rng, SHORT) + pick(rng, (" ", "", "", "-")) + pick(rng, WORDS)
    elif roll < 0.65:
        text = pick(rng, WORDS) + pick(rng, (" ", "")) + "".join(digit(rng) for _ in range(int(rng.integers(1, 4))))
    elif roll < 0.8:  # a word with figures for letters
        text = "".join({"O": "0", "I": "1", "E": "3", "S": "5", "B": "8", "A": "4"}.get(c, c) if chance(rng, 0.4) else c for c in pick(rng, WORDS))
    elif roll < 0.9:  # initials and a number
        text = "".join(letter(rng) for _ in range(int(rng.integers(1, 4)))) + pick(rng, (" ", "", "-")) + "".join(digit(rng) for _ in range(int(rng.integers(1, 5))))
    else:
        text = "".join(letter(rng) if chance(rng, 0.7) else digit(rng) for _ in range(int(rng.integers(2, 8))))
    kept, count = "", 0
    for c in text:
        if c not in " -":
            if count == VANITY_MAX:
                break
            count += 1
        kept += c
    return kept.rstrip(" -")
