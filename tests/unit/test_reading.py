"""Readers, form by form: what is read, what was seen, and what is refused."""

import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from rules.layout import RecordLayout, load_layouts
from rules.period import HalfYear
from secure_env.delivered import contents_of
from secure_env.reading import Content, Look, Refused, look, records
from tests.support.deliveries import LAYOUTS, csv, numbers, wmo, write
from tests.support.malformed import GOOD


ONE, OTHER = numbers(2)
WMO, BUS = LAYOUTS["WMO"], LAYOUTS["BUS"]
SRG_2015 = next(
    each
    for each in load_layouts()
    if each.source == "SRG" and each.covers(HalfYear(2017, 1))
)


def read(path: Path, layout: RecordLayout) -> tuple[Look, pa.Table]:
    content = Content(path)
    seen = look(content, layout)
    return seen, pa.concat_tables(records(content, layout, seen))


def rules_of(path: Path, layout: RecordLayout) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        read(path, layout)
    return tuple(finding.rule for finding in refused.value.findings)


def lines_of(path: Path, layout: RecordLayout) -> tuple[int, ...]:
    with pytest.raises(Refused) as refused:
        read(path, layout)
    return refused.value.findings[0].lines


# --- separated -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "encoding", "seen_as"),
    [
        (";", "utf-8", "CSV ; utf-8"),
        (",", "utf-8", "CSV , utf-8"),
        (";", "windows-1252", "CSV ; windows-1252"),
        (",", "utf-8-sig", "CSV , utf-8"),
    ],
)
def test_what_was_seen_of_a_csv_is_said(tmp_path, separator, encoding, seen_as):
    text = csv("WMO", [wmo(ONE, allocation="Té")]).decode().replace(";", separator)
    path = write(tmp_path, "WMO_GM0363_2023-H1.csv", text.encode(encoding))
    seen, table = read(path, WMO)
    assert str(seen) == seen_as
    assert table["allocation"].to_pylist() == ["Té"]
    assert table["bsn"].to_pylist() == [ONE]


# --- what other readers get wrong without a word ----------------------------------

SILENTLY_WRONG = {
    "a row with an extra field": (
        csv("WMO", [wmo(ONE), wmo(OTHER) + ";x"]), ("F11",), (3,)
    ),
    "a row that is cut short": (
        csv("WMO", [wmo(ONE), wmo(OTHER)[:20]]), ("F11",), (3,)
    ),
    "another separator": (
        csv("WMO", [wmo(ONE)]).replace(b";", b"|"), ("F07", "F08"), ()
    ),
    "an unclosed quote": (
        csv("WMO", [wmo(ONE, allocation='"A1'), wmo(OTHER)]), (), (2, 3)
    ),
    "mixed line ends": (
        csv("WMO", [wmo(ONE), wmo(OTHER)]).replace(b"\n", b"\r\n", 1), ("F12",), ()
    ),
    "UTF-16": (csv("WMO", [wmo(ONE)]).decode().encode("utf-16"), ("F05",), ()),
    "a column twice in the header": (
        csv("WMO", [wmo(ONE)]).replace(b";Kosten;", b";BSN;", 1), ("F07", "F08"), ()
    ),
    "a footer": (csv("WMO", [wmo(ONE)]) + b"Totaal: 1\n", ("F11",), (3,)),
    "an empty file": (b"", ("F04",), ()),
    "leading noughts": (csv("WMO", [wmo(ONE), wmo(OTHER)]), (), (2, 3)),
}  # fmt: skip


@pytest.mark.parametrize("case", SILENTLY_WRONG)
def test_what_others_read_wrongly_is_read_right_or_refused(tmp_path, case):
    content, rules, lines = SILENTLY_WRONG[case]
    path = write(tmp_path, "WMO_GM0363_2023-H1.csv", content)
    if rules:
        assert rules_of(path, WMO) == rules
        assert lines_of(path, WMO) == lines
    else:
        _, table = read(path, WMO)
        assert table["line"].to_pylist() == list(lines)
        assert table["bsn"].to_pylist() == [ONE, OTHER]


# --- fixed width -------------------------------------------------------------------


def srg_line(**other: str) -> str:
    values = {
        "year": "2017", "month": "03", "scheme": "10", "gemeente": "GM0363",
        "bsn": ONE, "registration": "V1", "type": "02", "starts": "20170101",
        "ends": "00000000", "reason": "9",
    } | other  # fmt: skip
    return "".join(values.get(f.name, "").ljust(f.width) for f in SRG_2015.fields)


def test_fields_of_a_fixed_width_are_cut_where_the_layout_says(tmp_path):
    text = f"{srg_line(software='gws')}\n{srg_line(bsn=OTHER, registration='é 2')}\n"
    path = write(tmp_path, "SRG_GM0363_2017-H1.txt", text.encode())
    seen, table = read(path, SRG_2015)
    assert (str(seen), seen.records) == ("FIXED utf-8", 2)
    assert table["bsn"].to_pylist() == [ONE, OTHER]
    assert table["registration"].to_pylist() == ["V1", "é 2"]
    assert table["software"].to_pylist() == ["gws", None]
    assert table["line"].to_pylist() == [1, 2]


def test_lines_of_another_width_are_named(tmp_path):
    text = f"{srg_line()}\n{srg_line()[:-1]}\n{srg_line()}x\n{srg_line()}\n"
    path = write(tmp_path, "SRG_GM0363_2017-H1.txt", text.encode())
    assert (rules_of(path, SRG_2015), lines_of(path, SRG_2015)) == (("F11",), (2, 3))


# --- XML ---------------------------------------------------------------------------

PERSON = f"<BSN>{ONE}</BSN><Aanvangsdatum_uitkering>20200101</Aanvangsdatum_uitkering>"
BENEFIT = "<Statistiekjaar>2023</Statistiekjaar><Statistiekcode>01</Statistiekcode>"


def bus_xml(*benefits: str, start: str = "<BUS>") -> bytes:
    inside = "".join(f"<Uitkering>{each}</Uitkering>\n" for each in benefits)
    return f"{start}{inside}</BUS>".encode()


def with_persons(*persons: str) -> str:
    return BENEFIT + "".join(f"<Persoon>{each}</Persoon>" for each in persons)


def test_what_stands_outside_a_person_holds_for_every_person_in_it(tmp_path):
    partners = with_persons(PERSON, f"<BSN>{OTHER}</BSN><Geslacht/>")
    content = bus_xml(partners, with_persons(PERSON))
    path = write(tmp_path, "BUS_GM0363_2023-H1.xml", content)
    seen, table = read(path, BUS)
    assert (str(seen), seen.counts_records) == ("XML", True)
    assert table["bsn"].to_pylist() == [ONE, OTHER, ONE]
    assert table["year"].to_pylist() == ["2023"] * 3
    assert table["scheme"].to_pylist() == ["01"] * 3
    assert table["starts"].to_pylist() == ["20200101", None, "20200101"]
    assert table["sex"].to_pylist() == [None] * 3
    assert table["line"].to_pylist() == [1, 2, 3]


GOOD_XML = bus_xml(with_persons(PERSON))
DOCTYPE = '<!DOCTYPE BUS [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
WRONG_XML = {
    "cut": (GOOD_XML[:-30], "F20"),
    "no XML": (b"Geachte heer, mevrouw\n", "F20"),
    "entities that expand": (bus_xml(start=f"{DOCTYPE}<BUS>"), "F22"),
    "an external entity": (
        bus_xml(start='<!DOCTYPE BUS SYSTEM "file:///etc/passwd"><BUS>'), "F22"
    ),
    "an entity that is not declared": (
        GOOD_XML.replace(ONE.encode(), b"&wie;"), "F20"
    ),
    "UTF-16": (GOOD_XML.decode().encode("utf-16"), "F05"),
    "UTF-16 by its own word": (
        b'<?xml version="1.0" encoding="utf-16"?>' + GOOD_XML, "F06"
    ),
    "another encoding": (
        b'<?xml version="1.0" encoding="windows-1251"?>' + GOOD_XML, "F06"
    ),
    "an encoding that is none": (
        b'<?xml version="1.0" encoding="klare-taal"?>' + GOOD_XML, "F06"
    ),
    "another root": (GOOD_XML.replace(b"BUS>", b"SUB>"), "F21"),
    "an unknown element": (bus_xml(with_persons(PERSON + "<Naam>A</Naam>")), "F21"),
    "an element twice": (bus_xml(with_persons(PERSON + PERSON)), "F21"),
    "an element within an element": (
        bus_xml(with_persons("<BSN>1<Naam/></BSN>")), "F21"
    ),
    "an attribute": (bus_xml(with_persons('<BSN soort="x">1</BSN>')), "F21"),
    "text between elements": (bus_xml("los" + with_persons(PERSON)), "F21"),
    "a benefit of nobody": (bus_xml(BENEFIT, with_persons(PERSON)), "F21"),
    "a feature after the persons": (
        bus_xml(with_persons(PERSON) + "<Leefvorm>1</Leefvorm>"), "F21"
    ),
    "only strange elements": (b"<BUS>" + b"<x/>" * 2_000 + b"</BUS>", "F21"),
    "no records": (b"<BUS></BUS>", "F21"),
    "a text without end": (
        bus_xml(with_persons(f"<BSN>{'1' * 1_100_000}</BSN>")), "F17"
    ),
    "a name without end": (b"<BUS><" + b"x" * (5 << 20), "F17"),
    "empty": (b"", "F04"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_XML)
def test_xml_that_is_no_delivery_is_refused(tmp_path, case):
    content, rule = WRONG_XML[case]
    path = write(tmp_path, "BUS_GM0363_2023-H1.xml", content)
    assert rules_of(path, BUS) == (rule,)


def test_misplaced_elements_are_named_by_line(tmp_path):
    content = bus_xml(with_persons(PERSON), with_persons(PERSON + "<Naam/>"))
    path = write(tmp_path, "BUS_GM0363_2023-H1.xml", content)
    assert lines_of(path, BUS) == (2,)


def test_a_namespace_and_an_old_encoding_are_no_fault(tmp_path):
    start = '<?xml version="1.0" encoding="windows-1252"?><BUS xmlns="urn:bus">'
    person = PERSON + "<Geslacht>é</Geslacht>"
    content = bus_xml(with_persons(person), start=start).decode()
    path = write(tmp_path, "BUS_GM0363_2023-H1.xml", content.encode("windows-1252"))
    assert read(path, BUS)[1]["sex"].to_pylist() == ["é"]


MANY = bus_xml(*[with_persons(PERSON)] * 999)


def test_a_large_xml_comes_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr("secure_env.reading.marked_up._BATCH", 100)
    for module in ("content", "marked_up"):
        monkeypatch.setattr(f"secure_env.reading.{module}.BLOCK", 5_000)
    path = write(
        tmp_path, "BUS_GM0363_2023-H1.xml", bus_xml(*[with_persons(PERSON)] * 999)
    )
    content = Content(path)
    parts = list(records(content, BUS, look(content, BUS)))
    assert len(parts) > 5
    lines = pa.concat_tables(parts)["line"].to_pylist()
    assert lines == list(range(1, 1_000))


# --- workbooks ---------------------------------------------------------------------


def as_it_is(_: openpyxl.Workbook) -> None:
    """Nothing more is done to the workbook."""


def workbook(*rows: object, spoil=as_it_is) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    spoil(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def wmo_row(**other: object) -> list[object]:
    values: dict[str, object] = {
        "gemeente": "GM0363", "created": "20230801", "bsn": ONE, "type_assigned": "01",
        "starts_legally": "20230101",
    }  # fmt: skip
    return [(values | other).get(field.name) for field in WMO.fields]


def book_at(folder: Path, *rows: object, **options) -> Path:
    return write(folder, "WMO_GM0363_2023-H1.xlsx", workbook(*rows, **options))


def test_a_workbook_is_read_as_its_values_are_written(tmp_path):
    from datetime import datetime  # noqa: PLC0415 - as Excel keeps a day

    rows = [
        wmo_row(starts_legally=datetime(2023, 1, 31), costs=12.5),  # noqa: DTZ001
        wmo_row(bsn=int(ONE), type_assigned=1, costs=100),
    ]
    seen, table = read(book_at(tmp_path, WMO.columns, *rows, [None]), WMO)
    assert str(seen) == "SPREADSHEET"
    assert table["starts_legally"].to_pylist() == ["20230131", "20230101"]
    assert table["costs"].to_pylist() == ["12.5", "100"]
    # what Excel took the noughts from is not repaired: its check will find it
    assert table["bsn"].to_pylist() == [ONE, ONE.lstrip("0")]
    assert table["type_assigned"].to_pylist() == ["01", "1"]
    assert table["line"].to_pylist() == [2, 3]


@pytest.mark.parametrize(
    ("rows", "spoil", "rule"),
    [
        ([], as_it_is, "F04"),
        ([WMO.columns], as_it_is, "F13"),
        ([WMO.columns[1:], wmo_row()], as_it_is, "F07"),
        ([WMO.columns, wmo_row()], lambda b: b.create_sheet("twee"), "F24"),
        ([WMO.columns, wmo_row()], lambda b: b.active.merge_cells("A1:B1"), "F24"),
        ([WMO.columns, wmo_row(costs="=1+1")], as_it_is, "F24"),
        ([WMO.columns, [*wmo_row(), "x"]], as_it_is, "F11"),
        ([WMO.columns, wmo_row(), [None], wmo_row()], as_it_is, "F12"),
    ],
)
def test_a_workbook_that_is_not_plain_is_refused(tmp_path, rows, spoil, rule):
    assert rules_of(book_at(tmp_path, *rows, spoil=spoil), WMO) == (rule,)


def test_a_workbook_is_small_or_refused(tmp_path, monkeypatch):
    path = book_at(tmp_path, WMO.columns, *[wmo_row()] * 20)
    monkeypatch.setattr("secure_env.reading.spreadsheet._MOST_ROWS", 10)
    assert rules_of(path, WMO) == ("F23",)
    monkeypatch.setattr("secure_env.reading.spreadsheet._MOST_BYTES", 1_000)
    assert rules_of(path, WMO) == ("F23",)


def test_a_workbook_is_not_wide(tmp_path):
    """Rows as wide as Excel has them would fill the memory with empty cells."""
    far = [*wmo_row(), *[None] * 981, "x"]
    assert rules_of(book_at(tmp_path, WMO.columns, far), WMO) == ("F11",)
    far = [*wmo_row(), *[None] * 982, "x"]
    assert rules_of(book_at(tmp_path, WMO.columns, far), WMO) == ("F23",)


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        (DOCTYPE, "F22"),
        ('<?xml version="1.0" encoding="koi8-r"?>', "F06"),
        ('<?xml version="1.0" encoding="rot13"?>', "F06"),
    ],
)
def test_a_workbook_that_declares_what_it_may_not_is_refused(tmp_path, start, rule):
    path = book_at(tmp_path, WMO.columns, wmo_row())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = start.encode() + sheet
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert rules_of(path, WMO) == (rule,)


def test_a_workbook_without_its_sheet_is_refused(tmp_path):
    path = book_at(tmp_path, WMO.columns, wmo_row())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if "sheet1" not in name:
                archive.writestr(name, content)
    assert rules_of(path, WMO) == ("F19",)


# --- archives ----------------------------------------------------------------------


def test_an_archive_gives_its_deliveries(tmp_path):
    path = tmp_path / "MSD_GM0363_2023-H1.zip"
    names = ["WMO_GM0363_2023-H1.csv", "SBO_GM0363_2023-H1.csv"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(names[0], GOOD)
        archive.writestr(names[1], b"Gemeentecode\n")
    contents = contents_of(path)
    assert [content.name for content in contents] == names
    seen = look(contents[0], WMO)
    assert seen.records == 60
    assert sum(part.num_rows for part in records(contents[0], WMO, seen)) == 60


def test_a_member_with_another_content_than_was_packed_is_refused(tmp_path):
    path = tmp_path / "MSD_GM0363_2023-H1.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("WMO_GM0363_2023-H1.csv", GOOD)
    path.write_bytes(path.read_bytes().replace(b";20230801;", b";20230802;", 1))
    (content,) = contents_of(path)
    with pytest.raises(Refused) as refused:
        look(content, WMO)
    assert [finding.rule for finding in refused.value.findings] == ["F18"]
