import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outputs.errors import VerificationFailed
from outputs.manifest import read_manifest, write_manifest
from outputs.tablerules import denominator_range
from outputs.verify import verify
from tests.support.releases import (
    KEYS,
    SIGNING_KEY,
    a_release,
    edit_rows,
    sign_again,
)


@pytest.fixture
def folder(tmp_path):
    a_release(tmp_path)
    return tmp_path / "release"


@pytest.fixture
def table(folder):
    return folder / "tables/stapeling.csv"


def pem(path, key):
    public = key.public_key()
    path.write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return path


def findings(folder, key=None):
    with pytest.raises(VerificationFailed) as failed:
        verify(folder, key)
    assert failed.value.exit_code == 13
    assert str(len(failed.value.findings)) in str(failed.value)
    return failed.value.findings


CELL = {"region_code": "GM0310", "combination": "W", "number": "T"}
COUNT = {**CELL, "measure": "STA_HUISHOUDENS"}
RATE = {**CELL, "measure": "STA_HUISHOUDENS_PER_1000"}
HIDDEN = {**COUNT, "combination": "JW"}
IMPOSSIBLE = {**COUNT, "combination": "JW", "number": "1"}


def test_a_release_as_released_verifies(folder, tmp_path):
    report = verify(folder)
    assert not report.pinned
    assert report.cells == 216
    assert "2023-H1 (voorlopig), 3 files and 216 cells are as released" in str(report)
    assert verify(folder, pem(tmp_path / "key.pem", SIGNING_KEY)).pinned


def test_a_release_verifies_wherever_it_is(folder, tmp_path):
    moved = shutil.copytree(folder, tmp_path / "downloads" / "gmsd")
    assert verify(moved).manifest == verify(folder).manifest


def test_a_flipped_byte_is_found(folder, table):
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    assert findings(folder)[0] == (
        "tables/stapeling.csv: is not the file that was released (SHA-256 differs)."
    )


def test_a_flipped_byte_of_the_explanation_is_found(folder):
    docs = folder / "docs/stapeling.md"
    docs.write_bytes(docs.read_bytes().replace(b"0 tot en met 7", b"0 tot en met 4"))
    assert len(findings(folder)) == 1


def test_a_deleted_row_is_found(folder, table):
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(lines[:100] + lines[101:]))
    found = findings(folder)
    assert any("has 215 cells and was released with 216" in one for one in found)
    assert any("1 cells of this region are missing" in one for one in found)


def test_a_truncated_file_is_found_at_any_length(folder, table):
    content = table.read_bytes()
    for sixteenth in range(16):
        table.write_bytes(content[: len(content) * sixteenth // 16])
        assert any("SHA-256 differs" in one for one in findings(folder))


def test_an_added_file_is_found(folder):
    (folder / "tables/extra.csv").write_text("x\n")
    assert findings(folder) == ("tables/extra.csv: is no part of this release.",)


def test_a_removed_file_is_found(folder, table):
    table.unlink()
    assert findings(folder) == ("tables/stapeling.csv: is missing.",)


def test_a_link_in_place_of_a_file_is_found(folder, table, tmp_path):
    table.rename(tmp_path / "elsewhere.csv")
    table.symlink_to(tmp_path / "elsewhere.csv")
    assert findings(folder) == ("tables/stapeling.csv: is a link and not a file.",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"voorlopig"', b'"definitief"'),
        (b'"bert"', b'"carl"'),
        (b'"base": 5', b'"base": 1'),
        (b'"certificate": "bb', b'"certificate": "cb'),
    ],
)
def test_an_edited_manifest_is_found(folder, old, new):
    manifest = folder / "manifest.json"
    assert manifest.read_bytes().count(old) == 1
    manifest.write_bytes(manifest.read_bytes().replace(old, new))
    signature = "manifest.sig: is not the signature of manifest.json with this key."
    assert findings(folder)[0] == signature


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "manifest.pub"])
def test_a_release_without_its_seal_is_no_release(folder, name):
    (folder / name).unlink()
    assert findings(folder) == (f"{name}: is missing.",)


def test_a_manifest_of_another_form_is_found_even_when_signed(folder):
    content = (folder / "manifest.json").read_bytes().replace(b"/1", b"/2")
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sig").write_bytes(SIGNING_KEY.sign(content))
    assert findings(folder) == (
        "manifest.json: not a manifest of format gmsd-release/1 as it is written.",
    )


def test_a_release_signed_anew_by_another_is_found_with_the_key(folder, tmp_path):
    """Who replaces everything fools those who take the key from the folder."""
    mallory = KEYS["mallory"]
    sign_again(folder, mallory)
    pem(folder / "manifest.pub", mallory)
    found = findings(folder, pem(tmp_path / "key.pem", SIGNING_KEY))
    assert "manifest.pub: is not the key that you gave." in found
    assert any(one.startswith("manifest.sig: is not the signature") for one in found)
    assert any("names another key" in one for one in findings(folder))


def test_another_key_than_the_signer_s_is_found(folder, tmp_path):
    assert len(findings(folder, pem(tmp_path / "key.pem", KEYS["anna"]))) == 3


def test_a_key_that_is_no_key_is_found(folder, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    assert findings(folder, tmp_path / "key.pem")[0] == (
        "key.pem: is not an Ed25519 public key in PEM."
    )
    assert "nowhere.pem" in findings(folder, tmp_path / "nowhere.pem")[0]


SIGNED_EDITS = {
    "a 7 written in": (COUNT, {"value": "7"}, "not a multiple of 5"),
    "a non-multiple": (COUNT, {"value": "83"}, "not a multiple of 5"),
    "a 5, which only 3 to 7 give": (COUNT, {"value": "5"}, "which is hidden"),
    "a zero": (COUNT, {"value": "0"}, "which is hidden"),
    "a negative count": (COUNT, {"value": "-80"}, "not a whole number"),
    "a fraction": (COUNT, {"value": "80.0"}, "not a whole number"),
    "a rate with a fraction": (RATE, {"value": "42,3"}, "has not 9 fields"),
    "a rate in words": (RATE, {"value": "veel"}, "the rate is not a whole number"),
    "no symbol": (COUNT, {"symbol": ""}, "the symbol is not that of"),
    "a hidden symbol with a value": (COUNT, {"symbol": "."}, "the symbol is not that"),
    "a final symbol": (COUNT, {"symbol": "**"}, "the symbol is not that of"),
    "a hidden cell without its point": (HIDDEN, {"symbol": ""}, "is not ."),
    "a hidden cell with a star": (HIDDEN, {"symbol": "*"}, "is not ."),
    "a value where none can be": (IMPOSSIBLE, {"value": "80"}, "is not blank"),
    "a point where blank should be": (IMPOSSIBLE, {"symbol": "."}, "is not blank"),
    "a rate of a hidden count": (
        COUNT,
        {"value": "", "symbol": "."},
        "count is hidden",
    ),
    "a count of a hidden rate": (RATE, {"value": "", "symbol": "."}, "count is shown"),
    "a rate that its count denies": (RATE, {"value": "50"}, "no denominator gives"),
    "a rate far off": (RATE, {"value": "4000000"}, "no denominator gives"),
    "another period": (COUNT, {"period": "2022-H2"}, "differs from the line before"),
    "another level": (COUNT, {"region_level": "wijk"}, "differs from the line before"),
    "an unknown code": (COUNT, {"number": "9"}, "is not one of this table"),
    "another cell's code": (COUNT, {"number": "1"}, "the cell is there twice"),
    "an unknown measure": (COUNT, {"measure": "X"}, "is not one of this table"),
}


@pytest.mark.parametrize("name", SIGNED_EDITS)
def test_a_wrong_cell_is_found_even_when_signed(folder, table, name):
    """The signature proves who; these prove that the rules were kept."""
    matches, edit, problem = SIGNED_EDITS[name]
    assert edit_rows(table, matches, lambda row: row.update(edit)) == 1
    sign_again(folder)
    found = findings(folder)
    assert any(problem in one and ", line " in one for one in found), found


REGION_EDITS = {
    "another period": ({"period": "2022-H2"}, "the period is not 2023-H1"),
    "another level": ({"region_level": "wijk"}, "not of its level"),
    "a formula": ({"region_name": "=1+1"}, "no plain text"),
    "no name": ({"region_name": ""}, "no plain text"),
    "another code": ({"region_code": "WK031000"}, "not of its level"),
    "the code of another region": ({"region_code": "GM0001"}, None),
    "a path": ({"region_code": "GM/../../../x"}, "not of its level"),
    "markup": ({"region_code": "GM0344&quot;><script>"}, "not of its level"),
    "a code with more behind it": ({"region_code": "GM0310a"}, "not of its level"),
    "other digits": ({"region_code": "GM\u0660\u0663\u0661\u0660"}, "not of its level"),
    "an earlier code": ({"region_code": "AA01"}, "not of its level"),
}


@pytest.mark.parametrize("name", REGION_EDITS)
def test_a_wrong_region_is_found_even_when_signed(folder, table, name):
    edit, problem = REGION_EDITS[name]
    edit_rows(table, {"region_code": "GM0310"}, lambda row: row.update(edit))
    sign_again(folder)
    if problem is None:  # as good a code as any; only the signature tells
        assert verify(folder)
    else:
        assert any(problem in one for one in findings(folder))


LINE_EDITS = {
    "a line twice": (lambda lines: lines[:9] + lines[8:], "the cell is there twice"),
    "a line too few": (lambda lines: lines[:9] + lines[10:], "1 cells of this region"),
    "a region twice": (lambda lines: lines + lines[1:37], "not in its order, or twice"),
    "regions swapped": (
        lambda lines: [lines[0], *lines[37:73], *lines[1:37], *lines[73:]],
        "not in its order",
    ),
    "a column more": (
        lambda lines: [line.replace("\n", ",x\n") for line in lines],
        "line 1: the columns are not period,",
    ),
    "exact values": (
        lambda lines: [lines[0].replace("symbol", "exact"), *lines[1:]],
        "line 1: the columns are not period,",
    ),
    "a field more": (
        lambda lines: [*lines[:5], lines[5].replace("\n", ",8\n"), *lines[6:]],
        "line 6: has not 9 fields",
    ),
    "an empty line": (lambda lines: [*lines, "\n"], "line 218: has not 9 fields"),
    "no last line end": (lambda lines: [*lines[:-1], lines[-1][:-1]], "is cut off"),
    "an open quote": (lambda lines: [*lines[:9], '"' + lines[9]], "is not CSV"),
    "nothing": (lambda _: [], "line 1: the columns are not period,"),
}


@pytest.mark.parametrize("name", LINE_EDITS)
def test_a_wrong_file_is_found_even_when_signed(folder, table, name):
    edit, problem = LINE_EDITS[name]
    with table.open(newline="") as file:
        lines = list(file)
    table.write_text("".join(edit(lines)), newline="")
    sign_again(folder)
    found = findings(folder)
    assert any(problem in one for one in found), found


def test_a_file_that_is_not_utf_8_is_found(folder, table):
    table.write_bytes(table.read_bytes().replace(b"De Bilt", b"De B\xeflt"))
    sign_again(folder)
    assert findings(folder) == ("tables/stapeling.csv: is not UTF-8.",)


def test_a_thousand_findings_are_counted_and_twenty_are_told(folder, table):
    edit_rows(table, {}, lambda row: row.update(symbol="?"))
    sign_again(folder)
    found = findings(folder)
    assert len(found) == 21
    assert found[-1].endswith("more problems.")


def test_a_finding_tells_no_value(folder, table):
    edit_rows(table, COUNT, lambda row: row.update(value="123456782"))
    sign_again(folder)
    assert not any("123456782" in one for one in findings(folder))


MANIFEST_EDITS = {
    "one checker twice": ({"checkers": ("anna", "anna")}, "two different checkers"),
    "a checker without a name": ({"checkers": ("anna", "")}, "two different checkers"),
    "another key": ({"key": "0" * 64}, "names another key"),
}


@pytest.mark.parametrize("name", MANIFEST_EDITS)
def test_a_wrong_manifest_is_found_even_when_signed(folder, name):
    edit, problem = MANIFEST_EDITS[name]
    signed_manifest(folder, lambda manifest: replace(manifest, **edit))
    assert any(problem in one for one in findings(folder))


def signed_manifest(folder, edit):
    manifest = edit(read_manifest((folder / "manifest.json").read_bytes()))
    content = write_manifest(manifest)
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sig").write_bytes(SIGNING_KEY.sign(content))


def test_a_manifest_that_does_not_describe_its_tables_is_found(folder):
    signed_manifest(
        folder, lambda one: replace(one, facts=replace(one.facts, tables={}))
    )
    found = findings(folder)
    assert any("tables/stapeling.csv is not both listed" in one for one in found)


def test_a_manifest_without_versions_is_found(folder):
    signed_manifest(
        folder, lambda one: replace(one, facts=replace(one.facts, versions={}))
    )
    assert any("which software" in one for one in findings(folder))


def test_a_manifest_that_lists_another_kind_of_file_is_found(folder):
    (folder / "microdata.parquet").write_text("x")
    file = read_manifest((folder / "manifest.json").read_bytes()).files
    extra = {**file, "microdata.parquet": file["docs/stapeling.md"]}
    signed_manifest(folder, lambda one: replace(one, files=extra))
    assert any("1 files of a kind that is never" in one for one in findings(folder))


@pytest.mark.parametrize("count", [0, 10, 15, 325, 12_345])
@pytest.mark.parametrize("denominator", [1, 7, 70, 999, 1_000_000])
def test_the_denominators_of_a_rate_are_exactly_those_that_give_it(count, denominator):
    def rate(d):
        return (2000 * count + d) // (2 * d)

    low, high = denominator_range(count, rate(denominator))
    assert low <= denominator <= high
    assert rate(low) == rate(denominator)
    assert low == 1 or rate(low - 1) != rate(denominator)
    if high < 10**15:
        assert rate(high) == rate(denominator) != rate(high + 1)


def test_a_region_without_denominator_has_no_rates_and_that_is_right(folder, table):
    matches = {"region_code": "GM0310", "measure": "STA_HUISHOUDENS_PER_1000"}
    blank = {"value": "", "symbol": "."}

    def hide(row):
        if row["symbol"] == "*":
            row.update(blank)

    edit_rows(table, matches, hide)
    sign_again(folder)
    assert verify(folder)


def test_verify_needs_nothing_of_the_engine():
    code = (
        "import sys, outputs.verify; "
        "heavy = {'engine', 'secure_env', 'pyarrow', 'numpy', 'pandas', 'duckdb'}; "
        "print(*sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "manifest.sig", "tables/stapeling.csv", "docs/stapeling.md"],
)
def test_a_flipped_bit_anywhere_is_found(folder, name):
    file = folder / name
    content = file.read_bytes()
    for place in range(0, len(content), max(len(content) // 20, 1)):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        file.write_bytes(flipped)
        assert findings(folder)
    file.write_bytes(content)
    assert verify(folder)


def test_a_signature_that_is_cut_off_is_found(folder):
    signature = folder / "manifest.sig"
    signature.write_bytes(signature.read_bytes()[:-1])
    assert len(findings(folder)) == 1
