"""A person's number in a field where it does not belong is kept nowhere.

Of every source that comes as text, every column has it once: alone, in a sentence, with
dots, in other digits. What is stored is looked at as bytes and, decrypted, as values.
"""

import base64
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from rules.layout import CheckKind, Field, FieldType, FileFormat, RecordLayout, Supplier
from secure_env.environment import Environment
from secure_env.supplier_pages import as_csv, as_html
from secure_env.supplier_report import as_text, to_json
from tests.support.deliveries import (
    LAYOUTS,
    contents,
    is_bsn,
    new_environment,
    numbers,
    received,
    write,
)


MARKED = next(n for n in (f"98765{k:04d}" for k in range(10_000)) if is_bsn(n))
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in MARKED)
PLANTED = (
    MARKED,
    f"zie {MARKED}",
    f"{MARKED[:4]}.{MARKED[4:6]}.{MARKED[6:]}",
    f"({FULL_WIDTH})",
    f"A-{MARKED[:3]} {MARKED[3:6]} {MARKED[6:]}",
)
ROWS, OF_STRICT = 45, 120
"""Per planted one: few enough are bad for the file to be taken in."""
TEXTS = [one for one in LAYOUTS.values() if FileFormat.CSV in one.forms.formats]
SUPPLIERS = {
    Supplier.GEMEENTE: "GM0363", Supplier.PROVIDER: "12345678", Supplier.CBS: "CBS",
    Supplier.VNG: "VNG", Supplier.VEKTIS: "VEKTIS",
}  # fmt: skip
SAMPLES = {r"\d{8}": "12345678", r"GM\d{4}": "GM0363", r"WK\d{6}": "WK036301"}


def sample(field: Field, row: int, people: list[str]) -> str:
    """A value that is right, and where there is choice another one in every row."""
    if field.type is FieldType.BSN:
        return people[row % len(people)]
    by_name = {"year": "2023", "month": "3", "provincie": "PV20"}
    by_name["wijk"] = f"WK{row:06d}"
    by_type = {
        FieldType.TEXT: f"N{row}", FieldType.NOTE: f"N{row}", FieldType.FLAG: "J",
        FieldType.DATE: "20230301", FieldType.INTEGER: str(row),
        FieldType.AMOUNT: str(row),
    }  # fmt: skip
    codes = field.codes or (SAMPLES.get(field.form, ""),)
    return by_name.get(field.name) or by_type.get(field.type) or codes[0]


def planted_file(layout: RecordLayout) -> Iterator[str]:
    people = numbers(500)
    yield ";".join(layout.columns)
    forms = cycle(PLANTED)
    rows = OF_STRICT if layout.tolerated_percent == 1 else ROWS
    filled = {f.name for f in layout.fields if f.mandatory}
    filled |= {d.first_of[0] for d in layout.derivations if d.mandatory}
    checked = {c.fields for c in layout.checks if c.kind is CheckKind.SUPPLIER}
    for column, planted in enumerate(layout.fields):
        if (planted.name,) in checked:
            continue  # another than the supplier's own refuses the file at once
        for row in range(rows):
            number = column * rows + row
            values = [
                sample(f, number, people) if f.name in filled else ""
                for f in layout.fields
            ]
            if row == rows // 2:
                values[column] = next(forms)
            yield ";".join(values)


def stored_values(environment: Environment) -> Iterator[str]:
    for folder in environment.store.folders("deliveries"):
        for name in folder.tables:
            for column in folder.table(name).columns:
                yield from (str(value) for value in column.to_pylist())


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return new_environment(tmp_path_factory.mktemp("planted") / "env")


@pytest.mark.parametrize("layout", TEXTS, ids=lambda layout: layout.source)
def test_a_number_in_any_column_is_kept_nowhere(
    environment: Environment, tmp_path: Path, layout: RecordLayout, capfd
):
    name = f"{layout.source}_{SUPPLIERS[layout.supplier]}_2023-H1.csv"
    text = "".join(f"{line}\n" for line in planted_file(layout))
    said, verdicts = [], []
    for content in (text, text[:-1], text.replace(";", "\t")):
        (receipt,) = received(environment, write(tmp_path, name, content.encode()))
        said += [as_text(receipt, "nl"), as_html(receipt), as_csv(receipt)]
        said.append(to_json(receipt).decode())
        verdicts.append(receipt.accepted)
    if layout.person is not None:  # so that its columns are looked at as stored
        assert verdicts == [True, False, False]
    out, err = capfd.readouterr()
    traces = (
        MARKED,
        MARKED[:8],
        FULL_WIDTH,
        base64.b64encode(MARKED.encode()).decode(),
    )
    for trace in traces:
        assert not [report for report in (*said, out, err) if trace in report]
        for path, kept in contents(environment.root).items():
            assert trace.encode() not in kept, path
    seen = (
        value.replace(".", "").replace(" ", "") for value in stored_values(environment)
    )
    assert not [value for value in seen if MARKED in value or FULL_WIDTH in value]
