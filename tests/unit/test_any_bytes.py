"""Whatever the bytes of a delivery, there is a verdict and never an error.

`make test-fuzz` asks the same for longer, led by what the readers do.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.layout import FileFormat
from tests.support.any_bytes import GOOD, judged
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
