"""Whether a delivery as a whole looks like one: beside the last one, and beside others.

A profile is kept with every delivery, encrypted, because it has exact counts. What a
supplier is told of another delivery is only that its own differs more than the rule
allows; and of others nothing unless there are enough of them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rules.layout import Against, Comparison, Profiled, Severity
from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.fingerprints import Seen, halves
from secure_env.received import current_deliveries
from secure_env.supplier_report import Finding


Mask = npt.NDArray[np.bool_]
Key = tuple[str, str]
"""What is counted and of which field; and the code, or nothing."""

PROFILE = "profile"
_SCHEMA = pa.schema([("of", pa.string()), ("code", pa.string()), ("n", pa.int64())])
_ENOUGH_RECORDS = 50
"""Shares of fewer say nothing."""
_ENOUGH_OTHERS = 5
"""The middle one of fewer could be recognised."""
_ALL: Key = ("records", "")
_PERSONS: Key = ("persons", "")
_IN_PER_CENT = {Profiled.VOLUME, Profiled.PER_PERSON}


@dataclass(frozen=True, slots=True)
class Profile:
    """The counts that comparisons need, of one delivery; amounts are in cents."""

    counts: Mapping[Key, int]

    def table(self) -> pa.Table:
        rows = [
            {"of": of, "code": code, "n": number}
            for (of, code), number in sorted(self.counts.items())
        ]
        return pa.Table.from_pylist(rows, _SCHEMA)

    @staticmethod
    def of_table(table: pa.Table) -> "Profile":
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        return Profile({(of, code): number for of, code, number in rows})

    def values(self, comparison: Comparison) -> Mapping[str, float]:
        """Per code what is compared: percentages, or a number."""
        of = _named(comparison)
        records = self.counts.get(_ALL, 0)
        if records < _ENOUGH_RECORDS:
            return {}
        if comparison.kind is Profiled.VOLUME:
            return {"": records}
        if comparison.kind is Profiled.PER_PERSON:
            persons = self.counts.get(_PERSONS, 0)
            return {"": self.counts.get((of, ""), 0) / persons} if persons else {}
        if comparison.kind is Profiled.MIX:
            return {
                code: 100 * number / records
                for (what, code), number in self.counts.items()
                if what == of
            }
        return {"": 100 * self.counts.get((of, ""), 0) / records}


@dataclass(slots=True)
class Profiling:
    """The profile of a delivery that is going by."""

    comparisons: Sequence[Comparison]
    _counts: Counter[Key] = field(default_factory=Counter)
    _persons: Seen = field(default_factory=Seen)

    def add(self, records: pa.Table, unknown: Mask) -> None:
        """The records taken in, with their `person_key` if any; who is unknown."""
        self._counts[_ALL] += records.num_rows
        for comparison in {_named(one): one for one in self.comparisons}.values():
            of = _named(comparison)
            for code, number in _COUNTED[comparison.kind](comparison, records, unknown):
                self._counts[of, code] += number
        if any(one.kind is Profiled.PER_PERSON for one in self.comparisons):
            self._count_persons(records)

    def profile(self) -> Profile:
        return Profile(self._counts)

    def _count_persons(self, records: pa.Table) -> None:
        keys = pc.unique(records["person_key"])
        padded = pc.ascii_lpad(keys, 33, "R").to_pylist()
        # 16 bytes of an S key are its hash; an R key is short enough to stand as it is
        prints = b"".join(
            bytes.fromhex(key[1:]) if key[0] == "S" else key[-16:].encode()
            for key in padded
        )
        self._counts[_PERSONS] += int((~self._persons.repeats(*halves(prints))).sum())


class Profiles:
    """The profiles of accepted deliveries, read when first asked for."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._known: dict[tuple[str, HalfYear], dict[str, Profile]] = {}

    def of(self, source: str, period: HalfYear) -> dict[str, Profile]:
        """Per supplier the profile of the delivery that counts."""
        if (source, period) not in self._known:
            self._known[source, period] = dict(self._read(source, period))
        return self._known[source, period]

    def _read(self, source: str, period: HalfYear) -> Iterator[tuple[str, Profile]]:
        for folder in current_deliveries(self._environment, period, source):
            if PROFILE in folder.tables:
                yield folder.parts[-1], Profile.of_table(folder.table(PROFILE))


def differences(
    comparisons: Sequence[Comparison],
    profile: Profile,
    previous: Profile | None,
    others: Sequence[Profile],
) -> list[Finding]:
    """A signal for every comparison in which the delivery differs too much."""
    found = []
    for one in comparisons:
        beside = [previous] if previous is not None else []
        if one.against is Against.OTHERS:
            beside = list(others) if len(others) >= _ENOUGH_OTHERS else []
        values = [each for each in (other.values(one) for other in beside) if each]
        mine = profile.values(one)
        if not values or not mine or len(values) < min(len(beside), _ENOUGH_OTHERS):
            continue
        codes = {code for each in (mine, *values) for code in each}
        wrong = sum(
            _differs(one, mine.get(code, 0.0), median(v.get(code, 0.0) for v in values))
            for code in codes
        )
        if wrong:
            found.append(
                Finding(
                    one.code, Severity.SIGNAL.value, wrong, (), one.text.nl, one.text.en
                )
            )
    return found


def _differs(comparison: Comparison, mine: float, other: float) -> bool:
    if comparison.kind in _IN_PER_CENT:
        most = 1 + comparison.margin / 100
        return mine > other * most or other > mine * most
    return abs(mine - other) > comparison.margin


def _named(comparison: Comparison) -> str:
    return f"{comparison.kind.value}:{comparison.field}"


Counted = Iterator[tuple[str, int]]


def _of_all(_: Comparison, __: pa.Table, ___: Mask) -> Counted:
    yield from ()  # the number of records is counted already


def _of_codes(comparison: Comparison, records: pa.Table, _: Mask) -> Counted:
    found = pc.value_counts(records[comparison.field])
    codes, counts = found.field("values"), found.field("counts")
    for code, number in zip(codes.to_pylist(), counts.to_pylist(), strict=True):
        yield str(code), number


def _of_filled(comparison: Comparison, records: pa.Table, _: Mask) -> Counted:
    column = records[comparison.field]
    yield "", len(column) - column.null_count


def _of_unknown(_: Comparison, __: pa.Table, unknown: Mask) -> Counted:
    yield "", int(unknown.sum())


def _of_amounts(comparison: Comparison, records: pa.Table, _: Mask) -> Counted:
    total = pc.sum(records[comparison.field]).as_py()
    yield "", int(total * 100) if total is not None else 0


_COUNTED: Mapping[Profiled, Callable[[Comparison, pa.Table, Mask], Counted]] = {
    Profiled.VOLUME: _of_all,
    Profiled.MIX: _of_codes,
    Profiled.FILLED: _of_filled,
    Profiled.UNLINKED: _of_unknown,
    Profiled.PER_PERSON: _of_amounts,
}
