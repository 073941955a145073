"""Reading a disclosure policy from its TOML form; every mistake is named."""

from collections.abc import Mapping
from typing import TypeVar

from rules.disclosure import (
    Covers,
    DisclosurePolicy,
    Dominance,
    KnowsOwn,
    Protection,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)
from rules.errors import RuleError


Toml = Mapping[str, object]
E = TypeVar("E", Zeros, RoundingMethod, KnowsOwn)

_KEYS = {
    "hide", "rounding", "zeros", "contributors_below", "clients_below", "dominance",
    "p_percent", "group", "reader", "protection", "opt_out_percent",
}  # fmt: skip


def policy_from(entry: Toml, where: str) -> DisclosurePolicy:
    """A policy as written in TOML; `where` names the entry in messages."""
    _known(entry, _KEYS, where)
    dominance = entry.get("dominance")
    p_percent = entry.get("p_percent")
    group = _table(entry, "group", where)
    _known(group, {"share_at_least"}, f"{where}.group")
    return DisclosurePolicy(
        hide=_hide(entry, where),
        rounding=_rounding(_table(entry, "rounding", where), where),
        zeros=_one_of(Zeros, entry.get("zeros", "as_hide"), f"{where}.zeros"),
        contributors_below=_whole(entry, "contributors_below", where),
        clients_below=_whole(entry, "clients_below", where),
        dominance=None if dominance is None else _dominance(entry, where),
        p_percent=None if p_percent is None else _number(p_percent, where, "p_percent"),
        group_share_at_least=(
            _number(group["share_at_least"], where, "group.share_at_least")
            if "share_at_least" in group
            else None
        ),
        protection=_protection(_table(entry, "protection", where), where),
        reader=_reader(_table(entry, "reader", where), where),
        opt_out_percent=_whole(entry, "opt_out_percent", where, 20),
    )


def _hide(entry: Toml, where: str) -> tuple[int, int] | None:
    value = entry.get("hide")
    if value is None:
        return None
    if not (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(v, int) for v in value)
        and 0 <= value[0] <= value[1]
    ):
        raise RuleError(
            f"{where}: hide must be two whole numbers [low, high], 0 or more, low first"
        )
    return value[0], value[1]


def _rounding(entry: Toml, where: str) -> Rounding:
    _known(entry, {"base", "method", "window"}, f"{where}.rounding")
    method = _one_of(
        RoundingMethod, entry.get("method", "none"), f"{where}.rounding.method"
    )
    base = _whole(entry, "base", f"{where}.rounding", 1)
    if method is not RoundingMethod.NONE and base < 2:
        raise RuleError(
            f"{where}.rounding: base must be 2 or more to round, got {base}"
        )
    window = _whole(entry, "window", f"{where}.rounding")
    try:
        return Rounding(base, method, window)
    except RuleError as error:
        raise RuleError(f"{where}.rounding: {error}") from None


def _dominance(entry: Toml, where: str) -> Dominance:
    table = _table(entry, "dominance", where)
    _known(table, {"n", "k"}, f"{where}.dominance")
    n = _whole(table, "n", f"{where}.dominance", 1)
    k = _number(table.get("k", 0), where, "dominance.k")
    if n not in {1, 2} or not 0 < k <= 1:
        raise RuleError(
            f"{where}.dominance: n must be 1 or 2 and k a share between 0 and 1"
        )
    return Dominance(n, k)


def _protection(entry: Toml, where: str) -> Protection:
    where = f"{where}.protection"
    forms = {
        frozenset({"covers"}): Covers.HIDDEN_RANGE,
        frozenset({"width"}): Covers.WIDTH,
        frozenset({"below", "above"}): Covers.DISTANCE,
        frozenset({"below_percent", "above_percent"}): Covers.PERCENT,
    }
    if not entry:
        return Protection()
    covers = forms.get(frozenset(entry))
    if covers is None or entry.get("covers", "hidden_range") != "hidden_range":
        raise RuleError(
            f'{where} must be {{ covers = "hidden_range" }}, {{ width }}, '
            "{ below, above } or { below_percent, above_percent }"
        )
    ends = ("below_percent", "above_percent")
    below, above = ends if covers is Covers.PERCENT else ("below", "above")
    return Protection(
        covers,
        width=_whole(entry, "width", where),
        below=_whole(entry, below, where),
        above=_whole(entry, above, where),
    )


def _reader(entry: Toml, where: str) -> Reader:
    where = f"{where}.reader"
    _known(entry, {"knows_reason", "knows_zeros", "knows_rule", "knows_own"}, where)
    zeros = entry.get("knows_zeros", "if_published")
    if zeros not in {"if_published", "never", True, False}:
        raise RuleError(f'{where}.knows_zeros must be "if_published" or "never"')
    return Reader(
        knows_reason=_truth(entry, "knows_reason", where, default=True),
        knows_zeros=zeros in {"if_published", True},
        knows_rule=_truth(entry, "knows_rule", where, default=False),
        knows_own=_one_of(
            KnowsOwn, entry.get("knows_own", "amounts"), f"{where}.knows_own"
        ),
    )


def _known(entry: Toml, keys: set[str], where: str) -> None:
    extra = sorted(set(entry) - keys)
    if extra:
        raise RuleError(
            f"{where}: {', '.join(map(repr, extra))} is no word of a policy; "
            f"there are: {', '.join(sorted(keys))}"
        )


def _table(entry: Toml, key: str, where: str) -> Toml:
    value = entry.get(key, {})
    if not isinstance(value, dict):
        raise RuleError(f"{where}.{key} must be a table {{ ... }}")
    return value


def _whole(entry: Toml, key: str, where: str, default: int = 0) -> int:
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise RuleError(f"{where}.{key} must be a whole number, 0 or more")
    return value


def _number(value: object, where: str, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise RuleError(f"{where}.{key} must be a number, 0 or more")
    return float(value)


def _truth(entry: Toml, key: str, where: str, *, default: bool) -> bool:
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise RuleError(f"{where}.{key} must be true or false")
    return value


def _one_of(kind: type[E], value: object, where: str) -> E:
    for member in kind:
        if member.value == value:
            return member
    words = ", ".join(repr(member.value) for member in kind)
    raise RuleError(f"{where} must be one of {words}, got {value!r}")
