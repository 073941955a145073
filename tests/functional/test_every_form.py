"""Every source in every form that it may come in: the same records are stored."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules.layout import (
    Field,
    FieldType,
    FileFormat,
    RecordLayout,
    Supplier,
    load_layouts,
)
from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.received import TABLE, current_deliveries, receipt_of
from tests.support.deliveries import new_environment, numbers, received, write


NOW = HalfYear(2023, 1)
SUPPLIERS = {
    Supplier.GEMEENTE: "GM0363", Supplier.PROVIDER: "12345678", Supplier.CBS: "CBS",
    Supplier.VNG: "VNG", Supplier.VEKTIS: "VEKTIS",
}  # fmt: skip
NAMED = {"month": "03", "bsn": numbers(1)[0]}
TYPED = {
    FieldType.TEXT: "Té", FieldType.NOTE: "Een toelichting", FieldType.FLAG: "J",
    FieldType.INTEGER: "12", FieldType.AMOUNT: "12.50", FieldType.RIN: "000000001",
}  # fmt: skip
LIKE = (
    "GM0363", "WK036301", "BU03630101", "PV27", "1234", "12345678", "000000002",
    "1012AB", "landsdeel", "0_4", "12", "1",
)  # fmt: skip
"""What a form may ask for."""


def value(field: Field, year: int) -> str:
    """One that is right, and right together with those of the other fields."""
    if field.name == "year":
        return str(year)
    if field.type is FieldType.DATE or field.name == "birth_date":
        return f"{year}0301"
    if field.form and not field.codes:
        return next(text for text in LIKE if re.fullmatch(field.form, text))
    return NAMED.get(field.name) or TYPED.get(field.type) or field.codes[0]


def as_csv(layout: RecordLayout, record: Mapping[str, str]) -> bytes:
    return "".join(f"{';'.join(row)}\n" for row in (record, record.values())).encode()


def as_fixed_width(layout: RecordLayout, record: Mapping[str, str]) -> bytes:
    texts = (record[field.column].ljust(field.width) for field in layout.fields)
    return f"{''.join(texts)}\n".encode()


def as_xml(layout: RecordLayout, record: Mapping[str, str]) -> bytes:
    path = layout.forms.path
    values = "".join(f"<{name}>{text}</{name}>" for name, text in record.items())
    start, end = "".join(f"<{e}>" for e in path), "".join(f"</{e}>" for e in path[::-1])
    return f"{start}{values}{end}".encode()


def as_workbook(layout: RecordLayout, record: Mapping[str, str]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (list(record), list(record.values())):
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def as_parquet(layout: RecordLayout, record: Mapping[str, str]) -> bytes:
    days = {f.column for f in layout.fields if f.type is FieldType.DATE}
    row = {
        name: f"{text[:4]}-{text[4:6]}-{text[6:]}" if name in days else text
        for name, text in record.items()
    }
    types = {name: pa.date32() if name in days else pa.string() for name in record}
    table = pa.Table.from_pylist([row]).cast(pa.schema(list(types.items())))
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


WRITERS: Mapping[FileFormat, Callable[[RecordLayout, Mapping[str, str]], bytes]] = {
    FileFormat.CSV: as_csv,
    FileFormat.FIXED: as_fixed_width,
    FileFormat.XML: as_xml,
    FileFormat.SPREADSHEET: as_workbook,
    FileFormat.PARQUET: as_parquet,
}
IN_ZIP = {FileFormat.CSV, FileFormat.FIXED, FileFormat.XML}


def files(layout: RecordLayout, folder: Path, period: HalfYear) -> list[Path]:
    """The same record in every form of the layout, and that in a ZIP where it may."""
    record = {field.column: value(field, period.year) for field in layout.fields}
    stem, found = f"{layout.source}_{SUPPLIERS[layout.supplier]}_{period}", []
    for form in layout.forms.formats:
        name, content = f"{stem}.{form.value}", WRITERS[form](layout, record)
        found.append(write(folder / form.value, name, content))
        if form in IN_ZIP:
            zipped = folder / f"zip of {form.value}" / f"{stem}.zip"
            zipped.parent.mkdir()
            with zipfile.ZipFile(zipped, "w") as archive:
                archive.writestr(name, content)
            found.append(zipped)
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return new_environment(tmp_path_factory.mktemp("forms") / "env")


@pytest.mark.parametrize(
    "layout", load_layouts(), ids=lambda layout: f"{layout.source} {layout.since}"
)
def test_the_same_records_in_any_form_are_the_same(
    environment: Environment, tmp_path: Path, layout: RecordLayout
):
    period = NOW if layout.covers(NOW) else layout.since
    stored = {}
    for path in files(layout, tmp_path, period):
        (receipt,) = received(environment, path)
        assert (receipt.findings, receipt.kept) == ((), 1)
        (folder,) = current_deliveries(environment, period, layout.folder)
        table = folder.table(TABLE)
        assert receipt_of(folder).read_as == receipt.read_as
        stored[path.parent.name] = table.drop_columns(
            [name for name in ("line",) if name in table.column_names]
        )
    first = next(iter(stored.values()))
    assert [form for form, table in stored.items() if not table.equals(first)] == []
