"""Deliveries with one thing wrong each, and the verdict that is due.

Every kind of malformed delivery that intake desks know: of bytes and shape, of persons'
numbers, of days, of codes and amounts. Each is the same good file of 60 records with
one fault, so that whatever is found is found because of it.
"""

import gzip
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO

from tests.support.deliveries import csv, header, numbers, wmo


class Verdict(Enum):
    """What becomes of the delivery."""

    REFUSED = "refused"
    """Nothing is taken in."""
    SET_ASIDE = "set aside"
    """Taken in without the record of the fault."""
    SIGNALLED = "signalled"
    """Taken in; the supplier is told."""
    ACCEPTED = "accepted"
    """Taken in: there is nothing wrong with it."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A delivery, its verdict, and the rules with the lines where they are broken."""

    content: bytes
    verdict: Verdict
    rules: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """No lines: the rule is about the file, or about all of it."""
    name: str = "WMO_GM0363_2023-H1.csv"


PEOPLE = numbers(60)
_FAULTY = 7
"""The record with the fault; it stands on line 9."""
LINE = _FAULTY + 2
GOOD = csv("WMO", map(wmo, PEOPLE))
LINES = GOOD.splitlines(keepends=True)
HEADER = header("WMO")
_NAMES = HEADER.split(";")


def all_kinds() -> Iterator[tuple[str, Malformed]]:
    """Every kind by name."""
    for kinds in (_bytes(), _shapes(), _persons(), _days(), _codes(), _sheets()):
        yield from kinds


def with_record(**other: str) -> bytes:
    """The good file in which one record has other values."""
    number = other.pop("bsn", PEOPLE[_FAULTY])
    faulty = f"{wmo(number, **other)}\n".encode()
    return b"".join([*LINES[: LINE - 1], faulty, *LINES[LINE:]])


def with_line(line: bytes) -> bytes:
    """The good file in which one line is another."""
    return b"".join([*LINES[: LINE - 1], line, *LINES[LINE:]])


def _refused(content: bytes, rule: str, *lines: int) -> Malformed:
    return Malformed(content, Verdict.REFUSED, {rule: lines})


def _headed(*names: str) -> bytes:
    return ";".join(names).encode() + b"\n" + b"".join(LINES[1:])


def _bytes() -> Iterator[tuple[str, Malformed]]:
    good = LINES[LINE - 1]
    bom = Malformed(b"\xef\xbb\xbf" + GOOD, Verdict.ACCEPTED)
    yield "byte order mark", bom
    yield "byte order mark twice", _refused(b"\xef\xbb\xbf" * 2 + GOOD, "F07")
    yield "Windows line ends", Malformed(GOOD.replace(b"\n", b"\r\n"), Verdict.ACCEPTED)
    accented = with_record(allocation="\u00e91")
    yield "accents in UTF-8", Malformed(accented, Verdict.ACCEPTED)
    windows = with_record(allocation="\u00e9\u20ac1").decode().encode("windows-1252")
    yield "accents in Windows-1252", Malformed(windows, Verdict.ACCEPTED)
    yield (
        "a byte that no encoding has",
        _refused(with_line(good[:-1] + b"\x81\n"), "F06"),
    )
    mixed = accented[:-1] + b"\xe9\n"
    yield "UTF-8 and Windows-1252 together", _refused(mixed, "F06")
    yield "cut inside a letter", _refused(GOOD[:-1] + b"\xc3\n", "F06")
    yield "UTF-16", _refused(GOOD.decode().encode("utf-16"), "F05")
    yield "NUL byte", _refused(GOOD.replace(b";A1;", b";A\0;", 1), "F05")
    yield "zero-filled tail", _refused(GOOD[:-50] + b"\0" * 50, "F05")


def _shapes() -> Iterator[tuple[str, Malformed]]:
    good = LINES[LINE - 1]
    yield "empty", _refused(b"", "F04")
    yield "header only", _refused(LINES[0], "F13")
    yield "header without line end", _refused(LINES[0].rstrip(), "F10")
    yield "no header", _refused(b"".join(LINES[1:]), "F07")
    yield "header in another order", _refused(_headed(*sorted(_NAMES)), "F09")
    yield "header in lower case", _refused(_headed(*HEADER.lower().split(";")), "F07")
    yield "extra column", _refused(_headed(*_NAMES, "Postcode"), "F08")
    yield "column twice", _refused(_headed(*_NAMES, "BSN"), "F08")
    yield "missing column", _refused(_headed(*_NAMES[:-1]), "F07")
    yield "space in the header", _refused(GOOD.replace(b"BSN;", b"BSN ;", 1), "F07")
    yield "old Macintosh line ends", _refused(GOOD.replace(b"\n", b"\r"), "F12")
    yield "mixed line ends", _refused(GOOD.replace(b"\n", b"\r\n", 7), "F12")
    yield "no final line end", _refused(GOOD[:-1], "F10")
    yield "cut inside a field", _refused(GOOD[:-30], "F10")
    yield "half written", _refused(GOOD[: len(GOOD) // 2], "F10")
    short = good[:-4].rsplit(b";", 3)[0] + b"\n"
    yield "a field too few", _refused(with_line(short), "F11", LINE)
    yield "a field too many", _refused(with_line(good[:-1] + b";\n"), "F11", LINE)
    yield "last line cut in a field", _refused(GOOD[:-6] + b"\n", "F11", 61)
    comma = GOOD.replace(b";", b",")
    yield "commas", Malformed(comma, Verdict.ACCEPTED)
    decimal = comma.replace(b",,\n", b",12,50,\n", 1)
    yield "commas between and in numbers", _refused(decimal, "F11", 2)
    yield "tabs", _refused(GOOD.replace(b";", b"\t"), "F07")
    yield (
        "one line with commas",
        _refused(with_line(good.replace(b";", b",")), "F11", LINE),
    )
    quoted = GOOD.replace(b";A1;", b';"A1";')
    yield "quoted values", Malformed(quoted, Verdict.ACCEPTED)
    yield "quoted header", _refused(GOOD.replace(b"BSN;", b'"BSN";', 1), "F07")
    broken = with_line(good.replace(b";A1;", b';"A\n1";'))
    yield "line break in quotes", _refused(broken, "F11", LINE, LINE + 1)
    yield (
        "unclosed quote",
        Malformed(with_line(good.replace(b";A1;", b';"A1;')), Verdict.ACCEPTED),
    )
    yield (
        "separator in quotes",
        _refused(with_line(good.replace(b";A1;", b';"A;1";')), "F11", LINE),
    )
    yield "a very long line", _refused(GOOD + b"x" * (3 << 20) + b"\n", "F17")
    long = with_record(allocation="x" * 101)
    yield "a long field", _set_aside(long, "V02")
    yield "blank line", _refused(with_line(b"\n" + good), "F12")
    yield "blank lines at the end", _refused(GOOD + b"\n\n", "F12")
    yield "line of separators", _set_aside(with_line(b";" * 17 + b"\n"), "V01")
    yield "footer", _refused(GOOD + b"Totaal: 60\n", "F11", 62)
    yield "prose", _refused(b"Geachte heer, mevrouw,\nHierbij de cijfers.\n", "F07")
    yield "a workbook under another name", _refused(_zipped("xl/workbook.xml"), "F05")
    yield "gzip under another name", _refused(gzip.compress(GOOD, mtime=0), "F05")
    yield "PDF under another name", _refused(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "F07")
    same = LINES[0] + LINES[1] * 60
    yield (
        "the same record 60 times",
        Malformed(same, Verdict.SIGNALLED, {"W04": tuple(range(3, 23))}),
    )


def _set_aside(content: bytes, rule: str) -> Malformed:
    return Malformed(content, Verdict.SET_ASIDE, {rule: (LINE,)})


def _signalled(content: bytes, rule: str) -> Malformed:
    return Malformed(content, Verdict.SIGNALLED, {rule: (LINE,)})


def _persons() -> Iterator[tuple[str, Malformed]]:
    valid = PEOPLE[_FAULTY]
    wrong = {
        "no leading nought": valid[1:],
        "failing the eleven-test": valid[:-1] + str((int(valid[-1]) + 1) % 10),
        "all noughts": "000000000",
        "all nines": "999999999",
        "123456789": "123456789",
        "letters": "ABCDEFGHI",
        "spaces around": f" {valid} ",
        "a no-break space": f"{valid}\u00a0",
        "a zero-width space": f"{valid}\u200b",
        "dots between": f"{valid[:4]}.{valid[4:6]}.{valid[6:]}",
        "scientific notation": "1,11E+08",
        "a decimal": f"{valid}.0",
        "negative": f"-{valid}",
        "full-width digits": "".join(chr(ord(digit) + 0xFEE0) for digit in valid),
        "ten digits": f"0{valid}",
    }
    for kind, number in wrong.items():
        yield f"BSN: {kind}", _set_aside(with_record(bsn=number), "V07")
    yield "BSN: empty", _set_aside(with_record(bsn=""), "V01")
    yield (
        "BSN: one for testing",
        Malformed(with_record(bsn="111222333"), Verdict.ACCEPTED),
    )
    yield "BSN: in a text", _signalled(with_record(allocation=valid), "V14")
    inside = with_record(provider_type=f"zie {valid}")
    yield "BSN: inside a text", _signalled(inside, "V14")
    spaced = with_record(provider_type=f"{valid[:3]} {valid[3:6]} {valid[6:]}")
    yield "BSN: in a text, spaced", _signalled(spaced, "V14")


def _days() -> Iterator[tuple[str, Malformed]]:
    wrong = {
        "29 February of another year": "20230229",
        "31 April": "20230431",
        "day, month, year": "01022023",
        "with hyphens": "2023-02-01",
        "month and day changed": "20231502",
        "two digits for the year": "230201",
        "a time with a zone": "2023-02-01T00:00:00Z",
        "a day number of Excel": "44958",
        "noughts": "00000000",
        "blanks": "        ",
    }
    for kind, day in wrong.items():
        content = with_record(starts_legally=day)
        yield f"day: {kind}", _set_aside(content, "V04")
    old = with_record(starts_legally="19000101")
    yield "day: 1 January 1900", Malformed(old, Verdict.ACCEPTED)
    never = with_record(ends_legally="99991231")
    yield "day: 31 December 9999", Malformed(never, Verdict.ACCEPTED)
    yield "day: open end", Malformed(with_record(ends_legally=""), Verdict.ACCEPTED)
    backwards = with_record(starts_legally="20230301", ends_legally="20230228")
    yield "day: end before start", _set_aside(backwards, "W01")
    late = with_record(starts_legally="20230701")
    yield "day: start after the period", _set_aside(late, "W02")
    early = with_record(starts_legally="20220101", ends_legally="20221231")
    yield "day: end before the period", _set_aside(early, "W03")
    yield (
        "day: of a file for another period",
        Malformed(GOOD, Verdict.REFUSED, {"F16": ()}, "WMO_GM0363_2022-H1.csv"),
    )


def _codes() -> Iterator[tuple[str, Malformed]]:
    wrong = {
        "unknown": "99",
        "of another domain": "JH",
        "in lower case": "o1",
        "with a blank": "01 ",
        "without its nought": "1",
    }
    for kind, code in wrong.items():
        yield f"code: {kind}", _set_aside(with_record(type_assigned=code), "V03")
    formula = with_record(allocation="=1+1")
    yield "a formula in a text", _set_aside(formula, "V02")
    hidden = with_record(allocation="A\u202e1")
    yield "an invisible character in a text", _set_aside(hidden, "V02")
    yield "amount: words", _set_aside(with_record(costs="veel"), "V13")
    yield "amount: thousands", _set_aside(with_record(costs="1.250,00"), "V13")
    yield "amount: negative", Malformed(with_record(costs="-12,50"), Verdict.ACCEPTED)
    yield "amount: nought", Malformed(with_record(costs="0"), Verdict.ACCEPTED)
    other = with_record(gemeente="GM0599")
    yield "a record of another gemeente", _refused(other, "V09", LINE)
    yield (
        "a file of another gemeente",
        Malformed(
            GOOD,
            Verdict.REFUSED,
            {"V09": tuple(range(2, 22))},
            "WMO_GM0599_2023-H1.csv",
        ),
    )
    yield "a reason without an end", _signalled(with_record(reason="05"), "W05")
    twice = GOOD + LINES[LINE - 1]
    yield "a record twice", Malformed(twice, Verdict.SIGNALLED, {"W04": (62,)})
    longer = wmo(PEOPLE[_FAULTY], ends_legally="20230501").encode() + b"\n"
    yield "the same spell with another end", Malformed(GOOD + longer, Verdict.ACCEPTED)
    bad = GOOD.replace(b";01;", b";99;", 4)
    yield "too many bad records", _refused(bad, "F16")
    yield "leading noughts lost", _refused(GOOD.replace(b";000", b";"), "F16")


def _zipped(*names: str, content: bytes = GOOD) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def _sheets() -> Iterator[tuple[str, Malformed]]:
    """What is no text at all, under the extension of its own."""
    zipped, book = "WMO_GM0363_2023-H1.zip", "WMO_GM0363_2023-H1.xlsx"
    within = "WMO_GM0363_2023-H1.csv"
    bomb = _zipped(within, content=LINES[0] + LINES[1] * 100_000)
    for kind, content, rule in (
        ("ZIP: no ZIP", GOOD, "F18"),
        ("ZIP: empty", _zipped(), "F13"),
        ("ZIP: cut", _zipped(within)[:-30], "F18"),
        ("ZIP: a path upwards", _zipped(f"../{within}"), "F25"),
        ("ZIP: a path from the root", _zipped(f"/tmp/{within}"), "F25"),  # noqa: S108
        ("ZIP: a Windows path", _zipped(f"C:\\{within}"), "F25"),
        ("ZIP: in a folder", _zipped(f"map/{within}"), "F25"),
        ("ZIP: in a ZIP", _zipped(zipped, content=_zipped(within)), "F26"),
        ("ZIP: of another supplier", _zipped("WMO_GM0599_2023-H1.csv"), "F26"),
        ("ZIP: a symbolic link", _linked(within), "F25"),
        ("ZIP: many files", _zipped(*(f"{'A' * n}{within}" for n in range(17))), "F28"),
        ("ZIP: a bomb", bomb, "F29"),
        ("ZIP: encrypted", _encrypted(within), "F27"),
    ):
        yield kind, Malformed(content, Verdict.REFUSED, {rule: ()}, zipped)
    for kind, content, rule in (
        ("XLSX: no workbook", GOOD + LINES[LINE], "F19"),
        ("XLSX: another ZIP", _zipped(within), "F19"),
    ):
        yield kind, Malformed(content, Verdict.REFUSED, {rule: ()}, book)


def _linked(name: str) -> bytes:
    link = zipfile.ZipInfo(name)
    link.external_attr = 0o120777 << 16
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def _encrypted(name: str) -> bytes:
    """Marked as encrypted, in the entry and in the directory."""
    content = bytearray(_zipped(name))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)
