"""A release in every format: the same cells, the same bytes, and no other number."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import frictionless
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from lxml import etree
from pysdmx.io import get_datasets, read_sdmx

from outputs import excel, sdmx
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.export import FORMATS, SUMS, export
from outputs.frames import read_release
from outputs.names import safe_code
from outputs.published import read_published
from secure_env import cli
from tests.support.releases import a_release


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("made")
    a_release(where)
    return where / "release"


@pytest.fixture(scope="module")
def exported(folder):
    return export(folder, folder.parent / "exported").folder


@pytest.fixture(scope="module")
def cells(folder):
    """Region, codes and measure -> value and symbol; None: no value."""
    frame = read_release(folder)["stapeling"]
    return {
        (row.region_code, row.combination, row.number, row.measure): (
            None if pd.isna(row.value) else int(row.value),
            row.symbol,
        )
        for row in frame.itertuples()
    }


def files_of(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_every_format_has_a_folder_and_every_file_is_listed(exported, folder):
    assert {path.name for path in exported.iterdir() if path.is_dir()} == set(FORMATS)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS],
        cwd=exported, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.count(": OK\n") == len(files_of(exported)) - 1
    for name in ("manifest.json", "manifest.sig", "manifest.pub"):
        assert (exported / name).read_bytes() == (folder / name).read_bytes()


def test_the_same_release_gives_the_same_bytes(exported, folder, tmp_path):
    again = export(folder, tmp_path / "again").folder
    assert files_of(again) == files_of(exported)


def test_an_export_that_is_there_is_left_as_it_is(folder, tmp_path):
    target = tmp_path / "exported"
    export(folder, target, ["swing"])
    before = (target / SUMS).stat().st_ino
    made = export(folder, target, ["swing"])
    assert made.files == {"swing": 2}
    assert (target / SUMS).stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["exported"]


def test_another_export_is_never_written_over(folder, tmp_path):
    export(folder, tmp_path / "exported", ["swing"])
    with pytest.raises(ReleaseRefused, match="name a new folder"):
        export(folder, tmp_path / "exported", ["csv"])
    assert [path.name for path in tmp_path.iterdir()] == ["exported"]


def test_an_edited_release_is_not_exported(folder, tmp_path):
    edited = shutil.copytree(folder, tmp_path / "release")
    table = edited / "tables/stapeling.csv"
    table.write_bytes(table.read_bytes().replace(b",16385,", b",16390,"))
    with pytest.raises(VerificationFailed):
        export(edited, tmp_path / "exported")
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_release_without_description_is_not_exported(folder, tmp_path):
    """One that an older gmsd made."""
    from tests.support.releases import sign_again  # noqa: PLC0415

    older = shutil.copytree(folder, tmp_path / "release")
    (older / "docs/stapeling.json").unlink()
    manifest = json.loads((older / "manifest.json").read_text("utf-8"))
    del manifest["files"]["docs/stapeling.json"]
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
    (older / "manifest.json").write_text(f"{text}\n", "utf-8")
    sign_again(older)
    with pytest.raises(ReleaseRefused, match="made by an older gmsd"):
        export(older, tmp_path / "exported")


def test_the_command_exports_and_says_how_much(folder, tmp_path, capsys):
    to = str(tmp_path / "exported")
    chosen = ["--format", "csv", "swing", "--key", str(folder / "manifest.pub")]
    assert cli.main(["export", str(folder), "--to", to, *chosen]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^csv: 5 files, 0\.\d MB\nswing: 2 files", said)
    assert cli.main(["export", str(folder), "--to", to, "--format", "pdf"]) == 2
    assert "pdf is not known; there are csv, excel" in capsys.readouterr().err


def test_sdmx_without_its_library_says_what_to_install(folder, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "outputs.sdmx")
    monkeypatch.setitem(sys.modules, "pysdmx.io", None)
    with pytest.raises(ReleaseRefused, match=r"install gmsd\[sdmx\]"):
        export(folder, tmp_path / "exported", ["csv", "sdmx"])
    assert list(tmp_path.iterdir()) == []


# --- each format, cell by cell -------------------------------------------------------


def test_parquet_has_the_cells(exported, cells):
    table = pq.read_table(exported / "parquet/stapeling.parquet")
    found = {
        (row["region_code"], row["combination"], row["number"], row["measure"]): (
            row["value"],
            row["symbol"],
        )
        for row in table.to_pylist()
    }
    assert found == cells
    assert json.loads(table.schema.metadata[b"gmsd"])["code"] == "stapeling"


def test_parquet_reads_as_the_released_csv(exported, folder):
    frame = pd.read_parquet(exported / "parquet/stapeling.parquet")
    frame["value"] = frame["value"].astype("Int64")
    again = frame.to_csv(index=False, lineterminator="\n").encode()
    assert again == (folder / "tables/stapeling.csv").read_bytes()


def test_sdmx_is_read_back_and_its_structure_is_valid(exported, cells):
    structure = exported / "sdmx/structure.xml"
    assert read_sdmx(structure, validate=True).structures
    (found,) = get_datasets(exported / "sdmx/stapeling.csv", structure)
    frame = found.data
    status = {".": ("Q", "C"), "*": ("P", "F"), "": ("M", "F")}
    said = {
        (row.REF_AREA, row.COMBINATION, row.NUMBER, row.INDICATOR): (
            None if pd.isna(row.OBS_VALUE) else int(row.OBS_VALUE),
            (row.OBS_STATUS, row.CONF_STATUS),
        )
        for row in frame.itertuples()
    }
    assert said == {
        tuple(safe_code(code) for code in place): (value, status[symbol])
        for place, (value, symbol) in cells.items()
    }
    assert set(frame["TIME_PERIOD"]) == {"2023-S1"}
    codes = {
        c.id: {i.id for i in c.items} for c in read_sdmx(structure).get_codelists()
    }
    assert codes["CL_STAPELING_NUMBER"] == {"T", "1", "2_PLUS"}
    assert set(frame["REF_AREA"]) == codes["CL_STAPELING_REF_AREA"]
    assert codes["CL_OBS_STATUS"] == set(sdmx.OBSERVATION_STATUS)


def test_the_data_package_is_valid(exported, folder):
    report = frictionless.validate(str(exported / "csv/datapackage.json"))
    assert report.valid, report.flatten(["type", "note"])
    assert report.stats["tasks"] == 2
    released = (folder / "tables/stapeling.csv").read_bytes()
    assert (exported / "csv/tables/stapeling.csv").read_bytes() == released


def test_an_edited_data_package_is_not_valid(exported, tmp_path):
    package = shutil.copytree(exported / "csv", tmp_path / "csv")
    table = package / "tables/stapeling.csv"
    table.write_bytes(table.read_bytes().replace(b",JW,", b",JX,", 1))
    assert not frictionless.validate(str(package / "datapackage.json")).valid


def test_csv_on_the_web_has_the_columns_of_the_file(exported):
    path = exported / "csv/tables/stapeling.csv-metadata.json"
    said = json.loads(path.read_text("utf-8"))
    assert said["@context"][0] == "http://www.w3.org/ns/csvw"
    table = path.parent / said["url"]
    header = table.read_text("utf-8").splitlines()[0].split(",")
    described = said["tableSchema"]["columns"]
    assert [one["titles"] for one in described] == header
    assert set(said["tableSchema"]["primaryKey"]) <= set(header)


def test_the_dutch_csv_opens_in_a_dutch_spreadsheet(exported, cells):
    content = (exported / "csv/nl/stapeling.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfhalfjaar;")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]
    printed = [(row[-2], row[-1]) for row in rows]
    assert printed == [
        ("" if value is None else str(value), symbol)
        for value, symbol in cells.values()
    ]
    assert rows[0][:7] == [
        "1e halfjaar 2023", "land", "NL", "Nederland", "Totaal", "Totaal",
        "Huishoudens met voorzieningen",
    ]  # fmt: skip


LABELS = {
    "Totaal": "T", "Alleen Jeugd": "J", "Alleen Wmo": "W", "Jeugd en Wmo": "JW",
    "1 voorziening": "1", "2 of meer voorzieningen": "2+",
}  # fmt: skip
MEASURES = ["STA_HUISHOUDENS", "STA_HUISHOUDENS_PER_1000", "STA_CLIENTEN"]
LEVELS = ["Nederland", "Provincies", "Gemeenten", "Wijken"]


def workbook_cells(path: Path) -> dict[tuple[str, ...], object]:
    book = openpyxl.load_workbook(path)
    found: dict[tuple[str, ...], object] = {}
    for name in LEVELS:
        for row in book[name].iter_rows(min_row=5, values_only=True):
            region, _, combination, number, *values = row
            for measure, value in zip(MEASURES, values, strict=True):
                found[region, LABELS[combination], LABELS[number], measure] = value
    book.close()
    return found


def printed(value: int | None, symbol: str) -> object:
    return value if value is not None else "." if symbol == "." else "n.v.t."


def test_the_workbook_has_the_cells(exported, cells):
    found = workbook_cells(exported / "excel/stapeling.xlsx")
    assert found == {place: printed(*cell) for place, cell in cells.items()}


def test_the_workbook_follows_the_guidance_for_readers(exported):
    book = openpyxl.load_workbook(exported / "excel/stapeling.xlsx")
    assert book.sheetnames == ["Voorblad", "Toelichting", "Symbolen", *LEVELS]
    for sheet in book:
        assert sheet["A1"].value
        assert sheet["A1"].font.bold
        assert not sheet.merged_cells.ranges
        (table,) = sheet.tables.values()
        inside = [cell.value for row in sheet[table.ref] for cell in row]
        assert None not in inside, sheet.title
        assert len(set(inside[: table.column_names.__len__()])) == len(
            table.column_names
        )
    listed = [row[0].value for row in book["Voorblad"]["A7:A12"]]
    assert listed == book.sheetnames[1:]
    symbols = dict(book["Symbolen"].iter_rows(min_row=3, max_col=2, values_only=True))
    assert symbols["."].startswith("Het cijfer is onbekend")
    assert symbols["n.v.t."] == "Het cijfer kan op logische gronden niet voorkomen"
    assert symbols["* achter de periode"] == "Voorlopig cijfer"
    book.close()


def test_a_workbook_runs_nothing(exported):
    for path in exported.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert not any("vba" in name.lower() for name in book.namelist())
            for name in book.namelist():
                content = book.read(name)
                assert b"<f>" not in content
                assert b"<hyperlink ref" not in content.lower()


def test_a_text_is_a_text_whatever_it_begins_with(folder):
    table = read_published(folder).tables[0]
    file = io.BytesIO()
    with excel.new_workbook(file, "proef", table) as book:
        rows = [("=1+1", "http://example.org"), ("'12", "@SUM(A1)")]
        excel.write_table(book, book.add_worksheet("Proef"), ["a", "b"], rows)
    sheet = openpyxl.load_workbook(file)["Proef"]
    kinds = {(c.value, c.data_type) for row in sheet["A2:B3"] for c in row}
    assert kinds == {(text, "s") for row in rows for text in row}


def test_a_table_that_fits_on_no_sheet_is_refused(folder, monkeypatch):
    monkeypatch.setattr(excel, "MOST_ROWS", 20)
    with pytest.raises(ReleaseRefused, match="24 lines do not fit on a sheet"):
        excel.workbook(read_published(folder).tables[0])


@pytest.mark.skipif(
    not shutil.which("soffice"), reason="no LibreOffice: run make test-office"
)
def test_the_workbook_opens_in_libreoffice(exported, cells, tmp_path):
    command = [
        "soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/home",
        "--convert-to", "xlsx", "--outdir", str(tmp_path),
        str(exported / "excel/stapeling.xlsx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = workbook_cells(tmp_path / "stapeling.xlsx")
    assert found == {place: printed(*cell) for place, cell in cells.items()}


# --- no other number -----------------------------------------------------------------

ORDINALS = {"ID", "Id", "Index", "Position", "Decimals", "CategoryGroupID"}
"""Names of fields that number the rows of a file, or say how it is written."""
OF_THE_FORMAT = {
    "csv": {"4", "8"},  # CC BY 4.0, utf-8
    "odata4": {"4"},  # OData versie 4
    "swing": {"99998"},
}


def numbers(text: str) -> set[str]:
    """Every run of digits, without leading zeros and thousands separators."""
    return {found.lstrip("0") or "0" for found in re.findall(r"\d+", text)}


def without_ordinals(content: object) -> object:
    if isinstance(content, dict):
        return {
            name: without_ordinals(value)
            for name, value in content.items()
            if name not in ORDINALS and name != "ObservationCount"
        }
    if isinstance(content, list):
        return [without_ordinals(one) for one in content]
    return content


def without_addresses(path: Path) -> str:
    said = json.dumps(without_ordinals(json.loads(path.read_text("utf-8"))))
    return re.sub(r"https?://[^\"]*", "", said)


def text_of(path: Path) -> str:
    """What a file says, without what its format needs to hold it together."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        cells = [
            str(cell)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]
        book.close()
        return "\n".join(cells)
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas().to_csv(index=False)
    if path.suffix in {".json", ".jsonld"}:
        return without_addresses(path)
    if path.suffix == ".xml":
        return "\n".join(
            f"{one.text} {one.get('id')}"
            for one in etree.parse(path).iter()
            if one.tag.rpartition("}")[2] not in {"Prepared", "URN", "Ref", "Structure"}
        )
    return path.read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_no_file_has_a_number_that_is_not_in_the_release(name, exported, folder):
    released = set()
    for path in [*folder.glob("tables/*"), *folder.glob("docs/*.json")]:
        released |= numbers(path.read_text("utf-8"))
    for path in (exported / name).rglob("*"):
        if path.is_file():
            found = numbers(text_of(path)) - released
            if path.name.endswith("_indicators.xlsx"):
                found -= {str(number) for number in range(100)}  # Seq no
            assert found <= OF_THE_FORMAT.get(name, set()), path.name
