"""A ZIP with deliveries: opened only when nothing in it can do harm.

It may hold plain files of text, side by side, named as deliveries are. Nothing is
unpacked to disk: a member is read as it is decompressed, never beyond the size that
the archive gives for it.
"""

import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from secure_env.reading.content import Content
from secure_env.reading.refusal import Refused, breach, library


_MOST_MEMBERS = 16
_MOST_BYTES = 64 << 30
"""Of all members together, decompressed: a hundred times the largest delivery."""
_MOST_TIMES = 200
"""So many times smaller than its content a member may be; records shrink 40 times."""
_ANY_TIMES = 1 << 20
"""Up to this size a member may shrink as it likes."""
_PLAIN = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


def members(path: Path, name: re.Pattern[str]) -> list[Content]:
    """The deliveries in the archive; `name` is the form that their names must have."""
    packed = Content(path)
    size, _ = packed.stamp
    with packed.opened() as file, library("F18"):
        infos = zipfile.ZipFile(file).infolist()
    found = [breach(rule, count) for rule, count in _hostile(infos, size) if count]
    strange = sum(not name.fullmatch(info.filename) for info in infos)
    if strange and not found:
        found.append(breach("F26", strange))
    if found:
        raise Refused(found)
    return [Content(path, info.filename) for info in infos]


def _hostile(infos: Sequence[zipfile.ZipInfo], size: int) -> Iterator[tuple[str, int]]:
    names = [info.filename for info in infos]
    yield "F13", int(not infos)
    yield "F25", sum(_leads_elsewhere(info) for info in infos)
    yield (
        "F27",
        sum(
            bool(info.flag_bits & _ENCRYPTED) or info.compress_type not in _PLAIN
            for info in infos
        ),
    )
    yield "F28", max(0, len(infos) - _MOST_MEMBERS)
    yield "F28", len(names) - len(set(names))
    yield "F29", sum(_swells(info) for info in infos)
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    yield "F29", int(unpacked > _MOST_BYTES or packed > size)  # more: they overlap


def _leads_elsewhere(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    special = stat.S_IFMT(mode) not in {0, stat.S_IFREG}
    return special or bool(re.search(r"[/\\:]|^\.", info.orig_filename))


def _swells(info: zipfile.ZipInfo) -> bool:
    return (
        info.file_size > _ANY_TIMES
        and info.file_size > _MOST_TIMES * info.compress_size
    )
