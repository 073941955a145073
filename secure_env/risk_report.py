"""The disclosure risk of the linked microdata of a period, in counts. Inside only."""

import io
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv

from engine.risk import Codes, RiskOfFile, risk_of
from engine.solver import Ints
from secure_env.errors import UsageError
from secure_env.r_packages import asked
from secure_env.store import Folder


KEYS = ("gemeente", "wijk", "domains", "types", "provisions", "household")
"""What can be chosen: residence, laws and types that a person has provisions of, how
many provisions, and how many persons of the household have one."""

FEW = (2, 3, 5, 10)


def risk_report(
    linked: Folder, keys: Sequence[str], sensitive: str, package: str | None = None
) -> Iterator[str]:
    """Lines for a person: how many stand out by these keys, and by which of them.

    With the R `package` sdcMicro also whether it says the same.
    """
    strange = sorted({*keys, sensitive} - {*KEYS})
    if strange or sensitive in keys or len(set(keys)) < len(keys):
        raise UsageError(
            f"keys and sensitive are different ones of {', '.join(KEYS)}; "
            f"{len(strange)} are none of them, the others occur twice"
        )
    persons = persons_of(linked.table("provisions"))
    if not len(persons["gemeente"]):
        yield "nobody has a provision: no risk"
        return
    codes = {key: persons[key] for key in keys}
    found = risk_of(codes, persons[sensitive])
    yield from _lines(found, keys, sensitive)
    if package is not None:
        yield from _beside(found, codes, package)


def _beside(found: RiskOfFile, codes: Codes, package: str) -> Iterator[str]:
    """How many persons have another risk by an R package, given keys as numbers."""
    file = io.BytesIO()
    pv.write_csv(pa.table(dict(codes)), file)
    answer = asked(package, file.getvalue().decode())
    for column, ours in (("alike", found.alike), ("suda", found.suda)):
        theirs = answer[column].cast(pa.float64()).to_numpy()
        other = int(np.sum(~np.isclose(theirs, ours)))
        yield f"{package}: {column} is another for {other} of {len(ours)} persons"


def persons_of(provisions: pa.Table) -> Mapping[str, Ints]:
    """Per person, in any order, the number of the value of every key."""
    person = _numbers(provisions["person_id"])
    household = _numbers(provisions["household_id"])
    first = np.unique(person, return_index=True)[1]
    has = provisions["household_id"].is_valid().to_numpy()
    members = np.bincount(
        household[first[has[first]]], minlength=household.max(initial=0) + 1
    )
    return {
        "gemeente": _numbers(provisions["gemeente"])[first],
        "wijk": _numbers(provisions["wijk"])[first],
        "domains": _sets(person, _numbers(provisions["domain"])),
        "types": _sets(person, _numbers(provisions["type"])),
        "provisions": np.bincount(person),
        "household": np.where(has[first], members[household[first]], 0),
    }


def _numbers(column: pa.ChunkedArray) -> Ints:
    """Which of the different values each row has; an unknown value is one of them."""
    encoded = column.combine_chunks().dictionary_encode("encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _sets(person: Ints, value: Ints) -> Ints:
    """Per person the set of values of his rows, as the bits of a number."""
    found = np.zeros(person.max(initial=-1) + 1, dtype=np.int64)
    np.bitwise_or.at(found, person, 1 << value)
    return np.unique(found, return_inverse=True)[1]


def _lines(found: RiskOfFile, keys: Sequence[str], sensitive: str) -> Iterator[str]:
    count = len(found.alike)
    yield f"{count} persons by {', '.join(keys)}; at least {found.alike.min()} alike"
    for few in FEW:
        number = int(np.sum(found.alike < few))
        share = 100 * number / count
        yield f"  fewer than {few} alike: {number} persons ({share:.1f}%)"
    same = int(np.sum(found.diversity == 1))
    yield (
        f"{sensitive}: {same} persons are among others with the same {sensitive} only "
        f"({100 * same / count:.1f}%)"
    )
    yield (
        f"expected to be recognised: {found.expected:.1f} persons "
        f"({100 * found.expected / count:.2f}%)"
    )
    alone, most = int(np.sum(found.suda > 0)), int(found.suda.max())
    yield f"alone with some of the keys: {alone} persons; highest score {most}"
    for names, number in sorted(found.uniques.items(), key=lambda each: -each[1]):
        yield f"  by {' and '.join(names)}: {number}"
    for key in keys:
        yield f"  {key} has a part in {100 * found.weight_of(key):.0f}% of these"
