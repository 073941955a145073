"""A percentage of published counts, and what the same counts leave possible: Wilson.

Whole numbers only, so that every machine gives the same.
"""

from rules.disclosure import Rounding


_QUANTILE = 3_841_459
"""The square of 1.959964, in millionths: 95 per cent of a chi-square of one degree."""


def percentage(part: int, whole: int) -> int:
    """Whole per cent, the half upwards."""
    return (200 * part + whole) // (2 * whole)


def interval(part: int, whole: int, rounding: Rounding) -> tuple[int, int]:
    """The whole percentages that may be those of everybody, at 95 per cent.

    Those between the ends of the score interval of E. B. Wilson (Probable inference,
    the law of succession, and statistical inference, JASA 22, 1927) of a sample of any
    size that was rounded to these counts; the percentage itself always.
    """
    below, above = rounding.slack()
    most = max(whole - below, 1)
    value = [percentage(part, whole)]
    low = _not_rejected(max(part - below, 0), whole + above)
    high = _not_rejected(min(part + above, most), most)
    return min(value + low), max(value + high)


def _not_rejected(part: int, whole: int) -> list[int]:
    """The percentages p with (part/whole - p)^2 <= z^2 p (1 - p) / whole."""
    return [
        p
        for p in range(101)
        if 10**6 * (100 * part - p * whole) ** 2 <= _QUANTILE * p * (100 - p) * whole
    ]
