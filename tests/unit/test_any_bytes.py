"""Whatever the bytes of a delivery, there is a verdict and never an error.

`make test-fuzz` asks the same for longer, led by what the readers do.
"""

import struct
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.layout import FileFormat
from secure_env.reading import Refused
from tests.support.any_bytes import GOOD, accepted, judged
from tests.support.deliveries import write


@pytest.mark.parametrize("name", GOOD)
def test_a_good_delivery_is_read(tmp_path: Path, name: str):
    records = judged(write(tmp_path, name, GOOD[name]))
    assert records == {"zip": 4, "parquet": 1}.get(name.rpartition(".")[2], 2)


@pytest.mark.parametrize("name", GOOD)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_bytes_put_in_taken_out_and_changed_anywhere(tmp_path_factory, name, data):
    content = GOOD[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        stop = min(len(content), start + data.draw(st.integers(0, 9)))
        content = content[:start] + data.draw(st.binary(max_size=9)) + content[stop:]
    records = judged(write(tmp_path_factory.getbasetemp() / "fuzz", name, content))
    assert records is None or records > 0


def test_every_format_is_tried():
    forms = {name.rpartition(".")[2] for name in GOOD}
    assert forms == {"zip", *(each.value for each in FileFormat)}


def test_a_name_that_is_no_text_is_refused(tmp_path):
    """Of a member of an archive, where it lies; of a column of a Parquet file."""
    archive = bytearray(GOOD["MSD_GM0363_2023-H1.zip"])
    archive[7] |= 0x08  # the name is UTF-8
    archive[30] = 0xFF
    assert judged(write(tmp_path, "MSD_GM0363_2023-H1.zip", bytes(archive))) is None
    name = "PERSONEN_CBS_2023-H1.parquet"
    spoilt = GOOD[name].replace(b"RINPERSOON", b"RINPERSOO\xf7")
    assert judged(write(tmp_path, name, spoilt)) is None
    spoilt = GOOD[name].replace(b"000000001", b"0000000\xf71")
    assert judged(write(tmp_path, name, spoilt)) is None
    archive[6:8] = b"\x20\x00"  # a patch of another archive
    assert judged(write(tmp_path, "MSD_GM0363_2023-H1.zip", bytes(archive))) is None


LIBRARIES = {
    "zipfile.ZipFile": {"zip", "xlsx"},
    "zipfile.ZipFile.open": {"zip", "xlsx"},
    "zipfile.ZipExtFile.read": {"zip", "xlsx"},
    "openpyxl.load_workbook": {"xlsx"},
    "openpyxl.worksheet._read_only.ReadOnlyWorksheet.iter_rows": {"xlsx"},
    "pyarrow.csv.open_csv": {"csv", "txt", "zip"},
    "pyarrow.parquet.ParquetFile": {"parquet"},
    "pyarrow.parquet.ParquetFile.iter_batches": {"parquet"},
}
"""What reads the bytes for us -> the forms in which it does."""
RAISED = (struct.error, IndexError, RecursionError, OverflowError, MemoryError, OSError)


@pytest.mark.parametrize("raised", RAISED)
@pytest.mark.parametrize("place", LIBRARIES)
def test_whatever_a_library_raises_is_a_verdict(tmp_path, monkeypatch, place, raised):
    for name, content in GOOD.items():
        path = write(tmp_path, name, content)
        with monkeypatch.context() as patched:
            patched.setattr(place, _fails(raised))
            refused = judged(path) is None
        assert refused == (name.rpartition(".")[2] in LIBRARIES[place])


def test_a_file_that_asks_for_too_much_memory_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("pyarrow.parquet.ParquetFile", _fails(pa.ArrowMemoryError))
    name = "PERSONEN_CBS_2023-H1.parquet"
    with pytest.raises(Refused) as refused:
        accepted(write(tmp_path, name, GOOD[name]))
    assert [finding.rule for finding in refused.value.findings] == ["F30"]


OURS = {
    "secure_env.reading.lines.numbered": {"csv", "txt", "zip"},
    "secure_env.reading.columnar.numbered": {"parquet"},
    "secure_env.reading.marked_up._Rows._close": {"xml", "zip"},
    "secure_env.reading.marked_up.numbered": {"xml", "zip"},
    "secure_env.reading.spreadsheet._text": {"xlsx"},
    "secure_env.reading.spreadsheet._without_empty_end": {"xlsx"},
    "secure_env.reading.archive._swells": {"zip"},
    "secure_env.checks.Checks.judge": {"csv", "txt", "xml", "xlsx", "parquet", "zip"},
}


@pytest.mark.parametrize("raised", [KeyError, ValueError, OSError, pa.ArrowInvalid])
@pytest.mark.parametrize("place", OURS)
def test_an_error_of_ours_is_no_verdict(tmp_path, monkeypatch, place, raised):
    """It would be told to a supplier whose file is good."""
    monkeypatch.setattr(place, _fails(raised))
    for name, content in GOOD.items():
        if name.rpartition(".")[2] in OURS[place]:
            with pytest.raises(raised):
                judged(write(tmp_path, name, content))


def _fails(raised: type[Exception]) -> object:
    def fail(*_: object, **__: object) -> None:
        raise raised

    return fail
