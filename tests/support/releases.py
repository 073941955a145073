"""A small country through the last rooms: cells, candidate, votes, release."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from outputs.candidate import Candidate, read_candidate
from outputs.clearance import ClearedTables, Committee, Verdict, Vote, cast_vote, clear
from outputs.description import describe_table, write_description
from outputs.documentation import Edition, notes, table_markdown
from outputs.formats import MeasureCells, table_csv
from outputs.manifest import (
    FileFacts,
    ReleaseFacts,
    TableFacts,
    read_manifest,
    write_manifest,
)
from outputs.release import Release, release
from outputs.symbols import ReleaseStatus
from outputs.tablerules import row_count
from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Denominator,
    Indicator,
    RegionRule,
    TableSpec,
    Text,
    TimeRule,
)
from rules.period import HalfYear


PERIOD = HalfYear(2023, 1)
POLICY = DisclosurePolicy()
TABLE = TableSpec(
    "stapeling",
    Text("Gebruik voorzieningen", "Use of provisions"),
    {
        "combination": Characteristic.COMBINATION,
        "number": Characteristic.NUMBER,
    },
    (
        Dimension.flat("combination", "T", ["J", "W", "JW"]),
        Dimension.flat("number", "T", ["1", "2+"]),
    ),
    {
        "combination": {
            "T": Text("Totaal", "Total"),
            "J": Text("Alleen Jeugd", "Jeugd only"),
            "W": Text("Alleen Wmo", "Wmo only"),
            "JW": Text("Jeugd en Wmo", "Jeugd and Wmo"),
        },
        "number": {
            "T": Text("Totaal", "Total"),
            "1": Text("1 voorziening", "1 provision"),
            "2+": Text("2 of meer voorzieningen", "2 or more provisions"),
        },
    },
    impossible=({"combination": "JW", "number": "1"},),
    source="StatLine 85994NED",
)
HOUSEHOLDS = Indicator(
    "STA_HUISHOUDENS",
    Text("Huishoudens met voorzieningen", "Households with provisions"),
    Text("Particuliere huishoudens op de peildatum.", "Private households."),
    "stapeling",
    CountedUnit.HOUSEHOLDS,
    TimeRule.DURING,
    RegionRule.RESIDENCE,
    "social_domain",
    HalfYear(2015, 1),
    denominator=Denominator.HOUSEHOLDS,
    source="StatLine 85994NED",
)
CLIENTS = replace(
    HOUSEHOLDS,
    code="STA_CLIENTEN",
    title=Text("Cliënten met voorzieningen", "Clients with provisions"),
    counts=CountedUnit.PERSONS,
    denominator=None,
)
REGIONS = {
    "NL": "Nederland",
    "PV26": "Utrecht",
    "GM0310": "De Bilt",
    "GM0344": "Utrecht",
    "WK034401": "Wijk 01 West",
    "WK034402": "Wijk 02 Noordwest",
}
EXACT = {  # J 1, J 2+, W 1, W 2+, JW 2+
    "NL": (4110, 1203, 8218, 2544, 312),
    "PV26": (411, 121, 820, 255, 33),
    "GM0310": (38, 9, 61, 18, 3),
    "GM0344": (373, 112, 759, 237, 30),
    "WK034401": (48, 13, 70, 21, 2),
    "WK034402": (51, 6, 91, 33, 8),
}
POPULATION = {
    "NL": 123_456, "PV26": 6_123, "GM0310": 1_890, "GM0344": 4_233,
    "WK034401": 932, "WK034402": 876,
}  # fmt: skip


def published_cells() -> pa.Table:
    """The example's cells after hiding 0-7 and rounding to fives."""
    rows = []
    for region, (j1, j2, w1, w2, jw) in EXACT.items():
        counts = {
            ("J", "1"): j1, ("J", "2+"): j2, ("J", "T"): j1 + j2,
            ("W", "1"): w1, ("W", "2+"): w2, ("W", "T"): w1 + w2,
            ("JW", "2+"): jw, ("JW", "T"): jw,
            ("T", "1"): j1 + w1, ("T", "2+"): j2 + w2 + jw,
            ("T", "T"): j1 + j2 + w1 + w2 + jw,
        }  # fmt: skip
        for (combination, number), count in counts.items():
            shown = count > 7
            rounded = (count + 2) // 5 * 5 if shown else None
            status = "s" if shown else "u"
            rows.append((region, combination, number, rounded, status))
        rows.append((region, "JW", "1", None, "w"))
    return cells(rows, ["combination", "number"])


def cells(rows: list[tuple[str | int | None, ...]], dimensions: list[str]) -> pa.Table:
    names = ["region", *dimensions, "published", "status"]
    types = [pa.string()] * (len(dimensions) + 1) + [pa.int64(), pa.string()]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
    return pa.table(arrays, names=names)


def per(cells: pa.Table, population: Mapping[str, int | None]) -> pa.Table:
    """The cells with what the rates of each region divide by."""
    counts = [population.get(region) for region in cells["region"].to_pylist()]
    return cells.append_column("denominator", pa.array(counts, pa.int64()))


def table_bytes(status: ReleaseStatus = ReleaseStatus.PRELIMINARY) -> bytes:
    measures = [
        MeasureCells(HOUSEHOLDS, per(published_cells(), POPULATION)),
        MeasureCells(CLIENTS, published_cells()),
    ]
    return table_csv(TABLE, measures, regions=REGIONS, period=PERIOD, status=status)


def a_candidate(folder: Path) -> Candidate:
    """Table, explanation and description of the example, as files."""
    edition = Edition(PERIOD, ReleaseStatus.PRELIMINARY, 2, 3)
    indicators = [HOUSEHOLDS, CLIENTS]
    said = notes(POLICY, indicators, edition)
    files = {
        "tables/stapeling.csv": table_bytes(),
        "docs/stapeling.md": table_markdown(TABLE, indicators, POLICY, edition),
        "docs/stapeling.json": write_description(
            describe_table(TABLE, indicators, said)
        ),
    }
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return read_candidate(folder)


KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
    for number, name in enumerate(["anna", "bert", "carla", "dirk", "mallory"])
}
COMMITTEE = Committee(
    {name: KEYS[name].public_key() for name in ("anna", "bert", "carla", "dirk")},
    authors=frozenset({"dirk"}),
)
SIGNING_KEY = Ed25519PrivateKey.from_private_bytes(b"\x99" * 32)
NOON = datetime(2023, 9, 1, 12, tzinfo=UTC)


def a_vote(
    candidate: Candidate,
    checker: str,
    verdict: Verdict = Verdict.APPROVE,
    *,
    voted: tuple[str, ...] = (),
    committee: Committee = COMMITTEE,
) -> bytes:
    vote = Vote(checker, verdict, "bekeken", candidate.digest, NOON)
    return cast_vote(
        candidate, vote, key=KEYS[checker], committee=committee, voted=voted
    )


def two_approvals(candidate: Candidate) -> tuple[bytes, bytes]:
    first = a_vote(candidate, "anna")
    return first, a_vote(candidate, "bert", voted=("anna",))


def cleared(candidate: Candidate) -> ClearedTables:
    return clear(candidate, two_approvals(candidate), COMMITTEE)


FACTS = ReleaseFacts(
    PERIOD,
    ReleaseStatus.PRELIMINARY,
    rules="a" * 64,
    certificate="b" * 64,
    journal="c" * 64,
    versions={"gmsd": "0.1.0"},
    tables={"stapeling": TableFacts.of(TABLE, [HOUSEHOLDS, CLIENTS], POLICY)},
)


def a_release(folder: Path) -> Release:
    candidate = a_candidate(folder / "candidate")
    return release(
        cleared(candidate), folder / "release", signing_key=SIGNING_KEY, facts=FACTS
    )


def sign_again(folder: Path, key: Ed25519PrivateKey = SIGNING_KEY) -> None:
    """What somebody with the signing key does after editing a released file."""
    manifest = read_manifest((folder / "manifest.json").read_bytes())
    files = {}
    for path, facts in manifest.files.items():
        content = (folder / path).read_bytes()
        rows = None if facts.rows is None else row_count(content)
        files[path] = FileFacts(hashlib.sha256(content).hexdigest(), rows)
    content = write_manifest(replace(manifest, files=files))
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sig").write_bytes(key.sign(content))


def edit_rows(
    path: Path, matches: dict[str, str], edit: Callable[[dict[str, str]], None]
) -> int:
    """Edit the fields of the matching lines in place; the number of lines edited."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    names = header.split(",")
    edited = 0
    for place, line in enumerate(lines):
        row = dict(zip(names, line.split(","), strict=True))
        if matches.items() <= row.items():
            edit(row)
            lines[place] = ",".join(row.values())
            edited += 1
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return edited
