"""`gmsd report` and `gmsd site`, as they are given, on a release of a real run."""

import re

from tests.support.stages import done, gmsd


def test_reports_and_dashboard_of_a_release(released, tmp_path):
    made = done("report", released, "--to", tmp_path / "reports")
    reports = sorted((tmp_path / "reports").glob("GM*.html"))
    assert made.out.strip() == f"{len(reports)} reports in {tmp_path / 'reports'}"
    assert f"reports: {len(reports)} of {len(reports)}" in made.err
    assert len(reports) > 1
    page = reports[0].read_text("utf-8")
    assert "Figuur 1.6 Aantal voorzieningen per huishouden vergeleken" in page

    made = done("site", released, "--to", tmp_path / "site")
    assert "open " in made.out
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    for name in re.findall(r'(?:src|href)="([^"#]+)"', index):
        assert (tmp_path / "site" / name).is_file(), name
    assert len(list((tmp_path / "site" / "data").glob("GM*.js"))) == len(reports)


def test_what_cannot_be_shown_is_told(released, tmp_path):
    said = gmsd("report", released, "--to", tmp_path / "x", "--gemeente", "GM9999")
    assert (said.code, "GM9999: it is not in the release" in said.err) == (15, True)
    (released / "tables" / "more.csv").write_text("x")
    said = gmsd("site", released, "--to", tmp_path / "y")
    assert (said.code, (tmp_path / "y").exists()) == (13, False)
