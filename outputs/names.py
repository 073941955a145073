"""How codes and titles are written where a format allows few characters."""

import re
import unicodedata
from collections.abc import Iterable

from outputs.errors import ReleaseRefused
from rules.period import HalfYear


def safe_code(code: str) -> str:
    """A code in letters, digits and underscores: 6+ is 6_PLUS."""
    return re.sub(r"[^A-Za-z0-9_]", "_", code.replace("+", "_PLUS"))


def safe_codes(codes: Iterable[str]) -> list[str]:
    """Codes that stay different from each other; ReleaseRefused when they do not."""
    given = list(codes)
    safe = [safe_code(code) for code in given]
    if len(set(safe)) < len(given):
        raise ReleaseRefused(
            f"{len(given) - len(set(safe))} of {len(given)} codes are the same in "
            f"letters and digits; rename them in the classification"
        )
    return safe


def statline_key(title: str) -> str:
    """A title as StatLine writes it in a key: 0 tot 4 jaar is k_0Tot4Jaar."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    key = "".join(word[0].upper() + word[1:] for word in words)
    return f"k_{key}" if key[:1].isdigit() else key


def statline_period(period: HalfYear) -> str:
    """2023HJ01 (domain: CBS period codes)."""
    return f"{period.year}HJ0{period.half}"


def statline_region(code: str) -> str:
    """StatLine's code of a region: Nederland is NL01, the others are as they are."""
    return "NL01" if code == "NL" else code


def sdmx_period(period: HalfYear) -> str:
    """2023-S1: a semester."""
    return f"{period.year}-S{period.half}"
