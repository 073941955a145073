"""Which parts of the monitor a gemeente takes part in, as `rules/consent.toml` says."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.errors import RuleError
from rules.period import HalfYear


_FILE = Path(__file__).parent / "consent.toml"
_KEYS = {"asked_since", "delivered", "within"}


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """A part of the monitor: what it needs, and whether gemeenten are asked for it."""

    code: str
    delivered: tuple[str, ...]
    """Sources of which the gemeente's delivery must have been accepted."""
    asked_since: HalfYear | None
    """Before it, or where it is None, nobody was asked for this part apart."""
    within: str | None
    """The part that the gemeente must take part in too."""


@dataclass(frozen=True, slots=True)
class ConsentRules:
    """All parts, and when silence means yes."""

    opt_in_until: HalfYear
    parts: tuple[ConsentPart, ...]
    """A part comes after the one it lies within."""

    def silence_agrees(self, period: HalfYear) -> bool:
        """Opt-out, and not opt-in."""
        return period > self.opt_in_until

    def agrees(self, part: ConsentPart, decided: bool | None, period: HalfYear) -> bool:
        """Whether a gemeente that said this (None: nothing) agrees to the part.

        Where a part was not asked apart, the part it lies within decides.
        """
        if part.asked_since is None or period < part.asked_since:
            return decided is not False
        return self.silence_agrees(period) if decided is None else decided


def load_consent(path: Path = _FILE) -> ConsentRules:
    """The rules of consent; RuleError names what cannot be used."""
    said = tomllib.loads(path.read_text("utf-8"))
    parts: dict[str, ConsentPart] = {}
    for code, entry in said["part"].items():
        within, since = entry.get("within"), entry.get("asked_since")
        unknown = sorted(set(entry) - _KEYS)
        if unknown or "delivered" not in entry:
            raise RuleError(
                f"{path.name}: part {code} needs 'delivered' and may have "
                f"'asked_since' and 'within'; unknown are {unknown}"
            )
        if within is not None and within not in parts:
            raise RuleError(
                f"{path.name}: part {code} lies within {within!r}, which does not come "
                "before it"
            )
        parts[code] = ConsentPart(
            code,
            tuple(entry["delivered"]),
            HalfYear.parse(since) if since else None,
            within,
        )
    return ConsentRules(HalfYear.parse(said["opt_in_until"]), tuple(parts.values()))


def taking_part(
    rules: ConsentRules,
    period: HalfYear,
    gemeente: str,
    delivered: Mapping[str, frozenset[str]],
    decided: Mapping[str, bool],
) -> dict[str, bool]:
    """Part -> whether this gemeente takes part in it.

    `delivered` has per source its suppliers; `decided` per part what the gemeente said.
    """
    found: dict[str, bool] = {}
    for part in rules.parts:
        found[part.code] = (
            all(gemeente in delivered.get(each, ()) for each in part.delivered)
            and (part.within is None or found[part.within])
            and rules.agrees(part, decided.get(part.code), period)
        )
    return found
