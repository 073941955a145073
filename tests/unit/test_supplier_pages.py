"""What goes back to a supplier: complete, in both languages, and without any value."""

import csv
from pathlib import Path

from secure_env.cli import main
from secure_env.supplier_pages import as_csv, as_html, write_reports
from secure_env.supplier_report import Finding, Receipt, as_text
from tests.support.deliveries import new_environment, write
from tests.support.malformed import PEOPLE, with_record


ORDER = Finding("W01", "record", 30, (9, 12), "Einde voor begin.", "End before start.")
RECEIPT = Receipt(
    "WMO", "2023-H1", "GM0363", "WMO_GM0363_2023-H1.csv", accepted=True, records=60,
    kept=58, set_aside=2, findings=(ORDER,), sha256="ab" * 32, number=1,
    read_as="CSV ; utf-8",
)  # fmt: skip
UNNAMED = Receipt(
    "", "", "", "Jan <b>Jansen</b>.csv", accepted=False, records=0, kept=0, set_aside=0,
    findings=(), sha256="cd" * 32,
)  # fmt: skip


def test_the_letter_says_how_the_file_was_read():
    assert as_text(RECEIPT, "en").splitlines() == [
        "Delivery WMO_GM0363_2023-H1.csv: accepted.",
        "60 records, 58 taken in, 2 set aside. Read as CSV ; utf-8.",
        "W01 (record) 30x: End before start. (lines 9, 12, ...)",
    ]


def test_the_page_has_every_finding_in_both_languages():
    page = as_html(RECEIPT)
    for said in ("Einde voor begin.", "End before start.", "9, 12, ...", "W01"):
        assert said in page
    assert '<html lang="nl">' in page
    assert '<section lang="en">' in page


def test_the_table_has_a_row_for_every_finding():
    (row,) = csv.DictReader(as_csv(RECEIPT).splitlines(), delimiter=";")
    assert row == {
        "bestand": "WMO_GM0363_2023-H1.csv", "oordeel": "goedgekeurd", "code": "W01",
        "ernst": "record", "aantal": "30", "regels": "9, 12, ...",
        "toelichting": "Einde voor begin.", "explanation": "End before start.",
    }  # fmt: skip


def test_a_name_of_another_form_is_not_repeated(tmp_path: Path):
    paths = write_reports(tmp_path, [UNNAMED])
    assert [path.name for path in paths] == ["cdcdcdcdcdcd.html", "cdcdcdcdcdcd.csv"]
    for path in paths:
        assert "Jansen" not in path.read_text("utf-8")


def test_records_are_numbered_where_there_are_no_lines():
    counted = Receipt(
        "BUS", "2023-H1", "GM0363", "BUS_GM0363_2023-H1.xml", accepted=True, records=60,
        kept=58, set_aside=2, findings=(ORDER,), counts_records=True,
    )  # fmt: skip
    assert "(records 9, 12, ...)" in as_text(counted, "nl")
    assert '<th scope="col">Records</th>' in as_html(counted)


def test_receive_writes_the_reports_where_asked(tmp_path: Path, capsys):
    new_environment(tmp_path / "env")
    content = with_record(bsn=PEOPLE[7][:-1] + "x")
    file = write(tmp_path / "inbox", "WMO_GM0363_2023-H1.csv", content)
    reports = tmp_path / "reports"
    asked = ["receive", str(tmp_path / "env"), str(file), "--reports", str(reports)]
    assert main(asked) == 0
    capsys.readouterr()
    paths = list(reports.iterdir())
    assert len(paths) == 2
    for path in paths:
        said = path.read_text("utf-8")
        assert "V07" in said
        assert PEOPLE[7][:-1] not in said
