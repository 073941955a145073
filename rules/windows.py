"""Until when deliveries are in time, as `rules/windows.toml` says."""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rules.period import HalfYear


_FILE = Path(__file__).parent / "windows.toml"


def closes(source: str, period: HalfYear) -> date | None:
    """The last day on which this source is in time; None where there is no window."""
    window = _windows().get(source)
    if window is None:
        return None
    announced: date | None = window.get("announced", {}).get(str(period))
    return announced or period.last_day + timedelta(days=window[f"H{period.half}"])


@cache
def _windows() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
