"""Small draws from a numpy Generator; the generator's own choice() costs ten times as much."""
from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


def chance(rng, p: float) -> bool:
    return rng.random() < p


def spread(rng, low: float, high: float) -> float:
    return low + (high - low) * rng.random()


def pick(rng, options):
    return options[int(rng.random() * len(options))]


def weighted(rng, pairs):
    """One of [(weight, thing)]."""
    sums = list(accumulate(w for w, _ in pairs))
    return pairs[min(bisect_right(sums, rng.random() * sums[-1]), len(pairs) - 1)][1]
