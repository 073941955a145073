"""Splitting, ordering, repeating deliveries changes nothing; a correction is a first.

Splitting: the records of a source come from many suppliers and in many batches.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules.period import HalfYear
from secure_env import workflow
from secure_env.linkage import DeliveredSources, link
from secure_env.rooms import Period
from tests.generative.test_linkage_agrees_with_naive import HALVES, jeugd, table, wmo
from tests.support.deliveries import (
    csv,
    key_file,
    line,
    new_environment,
    numbers,
    received,
    write,
)
from tests.support.deliveries import wmo as wmo_line


@given(st.data())
@settings(max_examples=12, deadline=None)  # two linkages each
def test_order_batches_and_repetition_change_nothing(data: st.DataObject):
    rows = {
        "wmo": data.draw(wmo()),
        "wmo_other": data.draw(wmo()),
        "jeugd": data.draw(st.lists(jeugd(), max_size=4)),
    }
    once = {name: table(name, records) for name, records in rows.items()}
    again = {
        name: _in_pieces(name, data.draw(st.permutations(records + records[:1])))
        for name, records in rows.items()
    }
    with DuckDBDatabase(memory_limit="200MB", threads=1) as database:
        first = link(DeliveredSources(**once), HALVES[1], database)
        second = link(DeliveredSources(**again), HALVES[1], database)
    assert second.provisions == first.provisions


def _in_pieces(name: str, records: list[dict[str, Any]]) -> pa.RecordBatchReader:
    pieces = [table(name, [record]) for record in records]
    return pa.concat_tables([table(name, []), *pieces]).to_reader(max_chunksize=1)


def test_a_correction_equals_a_first_delivery_of_the_corrected_file(tmp_path: Path):
    people = numbers(6)
    wrong = csv("WMO", map(wmo_line, people))
    right = csv("WMO", [wmo_line(one, type_assigned="15") for one in people[:3]])
    regions = csv(
        "REGIO",
        [
            line(
                "REGIO",
                {
                    "wijk": "WK036300", "wijk_name": "W", "gemeente": "GM0363",
                    "gemeente_name": "A", "provincie": "PV27", "provincie_name": "N",
                },
            )
        ],
    )  # fmt: skip
    found = []
    for name, files in {"corrected": [wrong, right], "first": [right]}.items():
        environment = new_environment(tmp_path / name)
        inbox = tmp_path / f"{name} in"
        received(environment, key_file(inbox, people))
        received(environment, write(inbox, "REGIO_CBS_2023-H1.csv", regions))
        for content in files:
            received(environment, write(inbox, "WMO_GM0363_2023-H1.csv", content))
        period = Period.of(environment, HalfYear(2023, 1))
        folder = workflow.link(period, lambda _: None)
        tables = ("provisions", "population", "regions", "participation", "report")
        found.append([folder.table(table) for table in tables])
    assert found[0] == found[1]
    assert found[0][0].num_rows == 3
