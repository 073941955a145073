"""A small delivery in every form, and the verdict on whatever bytes come instead."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from rules.layout import FieldType, load_layouts
from rules.period import HalfYear
from secure_env.checks import Checks
from secure_env.columns import Subject
from secure_env.delivered import Turned, contents_of, delivery_of
from secure_env.reading import Refused, look, records
from tests.support.deliveries import LAYOUTS, csv, numbers, wmo


_ONE, _OTHER = numbers(2)
_CSV = csv("WMO", [wmo(_ONE, allocation="Té"), wmo(_OTHER)])
_EVERY = load_layouts()


def _fixed() -> bytes:
    layout = next(
        e for e in _EVERY if e.source == "SRG" and e.covers(HalfYear(2017, 1))
    )
    values = {
        "year": "2017", "month": "03", "scheme": "10", "gemeente": "GM0363",
        "bsn": _ONE, "registration": "V1", "type": "02", "starts": "20170101",
        "ends": "00000000", "reason": "9",
    }  # fmt: skip
    line = "".join(values.get(f.name, "").ljust(f.width) for f in layout.fields)
    return f"{line}\n{line}\n".encode()


def _xml() -> bytes:
    persons = "".join(
        f"<Persoon><BSN>{number}</BSN><Geslacht/></Persoon>"
        for number in (_ONE, _OTHER)
    )
    return (
        "<BUS><Uitkering><Statistiekjaar>2023</Statistiekjaar>"
        f"<Statistiekcode>01</Statistiekcode>{persons}</Uitkering></BUS>"
    ).encode()


def _workbook() -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    for text in _CSV.decode().splitlines():
        book.active.append(text.split(";"))
    book.save(file)
    return file.getvalue()


def _parquet() -> bytes:
    fields = LAYOUTS["PERSONEN"].fields
    schema = pa.schema(
        [
            (f.column, pa.date32() if f.type is FieldType.DATE else pa.string())
            for f in fields
        ]
    )
    row = {"RINPERSOON": "000000001", "GESLACHT": "1"}
    file = BytesIO()
    pq.write_table(pa.Table.from_pylist([row], schema), file)
    return file.getvalue()


def _archive() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("WMO_GM0363_2023-H1.csv", _CSV)
        archive.writestr("BUS_GM0363_2023-H1.xml", _xml())
    return file.getvalue()


GOOD = {
    "WMO_GM0363_2023-H1.csv": _CSV,
    "SRG_GM0363_2017-H1.txt": _fixed(),
    "BUS_GM0363_2023-H1.xml": _xml(),
    "WMO_GM0363_2023-H1.xlsx": _workbook(),
    "PERSONEN_CBS_2023-H1.parquet": _parquet(),
    "MSD_GM0363_2023-H1.zip": _archive(),
}
"""File name -> the bytes of a good delivery of that name."""


def judged(path: Path) -> int | None:
    """How many records were read and checked; None: the file was refused.

    Anything else is an error that the door should never make.
    """
    try:
        return accepted(path)
    except (Refused, Turned):
        return None


def accepted(path: Path) -> int:
    """How many records were read and checked; Refused or Turned say why not."""
    return sum(_judged_one(content) for content in contents_of(path))


def _judged_one(content: object) -> int:
    delivery = delivery_of(content, _EVERY)
    seen = look(content, delivery.layout)
    subject = Subject(delivery.layout, delivery.period, delivery.supplier, seen.format)
    checks = Checks(subject)
    for batch in records(content, delivery.layout, seen):
        judged_ = checks.judge(batch)
        assert judged_.table.num_rows == len(judged_.withheld) <= batch.num_rows
    assert checks.bad <= checks.records
    assert all(finding.count > 0 for finding in checks.findings())
    return checks.records
