# SPDX-License-Identifier: Apache-2.0
"""Numbers from interleaved rounds: every ratio compares two measurements of the same round, taken
within seconds of each other, so that a busy minute weighs on both."""

import statistics


def median(values):
    return statistics.median(values) if values else None


def spread(values):
    """Lowest and highest: with few rounds the honest way to say how much to trust the median."""
    return (min(values), max(values)) if values else (None, None)


def ratios(rounds, condition, base="off"):
    """condition / base of every round that has both."""
    return [entry[condition] / entry[base] for entry in rounds
            if entry.get(condition) and entry.get(base)]


def rotated(items, by):
    """Another order each round: whoever goes first has the caches cold."""
    by %= len(items)
    return items[by:] + items[:by]
