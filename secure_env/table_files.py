"""Files of `gmsd table`: read strictly, written whole or not at all.

Every column is read as text; only then are whole numbers taken from it. What is wrong
with a file is one sentence with counts and line numbers, never a value.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.linked import NOWHERE, Cells
from engine.solver import Ints
from rules.errors import RuleError
from secure_env.errors import UsageError


Mask = NDArray[np.bool_]

LARGEST = 10**9
"""A larger number is refused: beyond it the solver's fractions are not exact."""

_FORMS = {
    r"^\s*$": "have no value",
    r"^-\s*[0-9]": "are negative",
    r"^[0-9]+[.,][0-9]+$": (
        "are no whole numbers; scale them, for example to cents or to thousands"
    ),
}
_WHOLE = r"^[0-9]{1,18}$"


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as read: every column as text, a row per cell."""

    name: str
    rows: pa.Table

    def __contains__(self, column: str) -> bool:
        return column in self.rows.column_names

    def seen(self, column: str) -> list[str]:
        """The different texts of a column, in order of their first row."""
        return [str(text) for text in pc.unique(self.rows[column]).to_pylist()]

    def texts(self, column: str) -> NDArray[np.str_]:
        """The texts of a column; empty throughout when there is no such column."""
        if column not in self:
            return np.full(self.rows.num_rows, "", dtype=np.str_)
        return np.array(self.rows[column].to_pylist(), dtype=np.str_)

    def whole_numbers(self, column: str, *, may_be_empty: bool = False) -> Ints:
        """The numbers of a column; -1 where it may be empty and is."""
        texts = pc.utf8_trim_whitespace(self.rows[column].combine_chunks())
        good = pc.match_substring_regex(texts, _WHOLE)
        if may_be_empty:
            good = pc.or_(good, pc.equal(texts, ""))
        bad = ~good.to_numpy(zero_copy_only=False)
        if bad.any():
            raise self._wrong(column, texts, bad)
        numbers = pc.if_else(pc.equal(texts, ""), "-1", texts).cast(pa.int64())
        found = np.asarray(numbers.to_numpy(), dtype=np.int64)
        if (found > LARGEST).any():
            raise RuleError(
                f"{self.name}: {np.sum(found > LARGEST)} numbers of column {column!r} "
                f"are over {LARGEST}{lines(found > LARGEST)}; scale them, for example "
                "to thousands"
            )
        return found

    def _wrong(self, column: str, texts: pa.Array, bad: Mask) -> RuleError:
        for form, what in _FORMS.items():
            hit = pc.match_substring_regex(texts, form).to_numpy(zero_copy_only=False)
            if (hit & bad).any():
                bad, said = hit & bad, what
                break
        else:
            said = "are no whole numbers"
        return RuleError(
            f"{self.name}: {np.sum(bad)} values of column {column!r} {said}{lines(bad)}"
        )

    def choices(self, column: str, allowed: Sequence[str]) -> NDArray[np.str_]:
        """The texts of a column, each one of those allowed."""
        found = self.texts(column)
        strange = ~np.isin(found, allowed)
        if strange.any():
            raise RuleError(
                f"{self.name}: {np.sum(strange)} values of column {column!r} are none "
                f"of {', '.join(word or 'empty' for word in allowed)}{lines(strange)}"
            )
        return found

    def cells(self, cells: Cells) -> Ints:
        """The number of the cell in each row; every cell occurs once at most."""
        everywhere = set.intersection(
            *({dimension.name for dimension in table} for table in cells.tables)
        )
        places = {
            name: self._places(name, codes, empty_is_total=name not in everywhere)
            for name, codes in cells.codes.items()
        }
        found = cells.numbers(places)
        outside = found == NOWHERE
        if outside.any():
            raise RuleError(
                f"{self.name}: {np.sum(outside)} rows are cells of no table of the "
                f"specification{lines(outside)}; leave them out, or add the table"
            )
        _, first = np.unique(found, return_index=True)
        twice = np.ones(len(found), dtype=bool)
        twice[first] = False
        if twice.any():
            raise RuleError(
                f"{self.name}: {np.sum(twice)} rows have a cell that occurs before"
                f"{lines(twice)}; give each cell once"
            )
        return found

    def _places(self, name: str, codes: Sequence[str], *, empty_is_total: bool) -> Ints:
        place = {code: number for number, code in enumerate(codes)}
        if empty_is_total:
            place.setdefault("", 0)
        encoded = self.rows[name].combine_chunks().dictionary_encode()
        known = [place.get(code, NOWHERE) for code in encoded.dictionary.to_pylist()]
        found: Ints = np.array(known, dtype=np.int64)[encoded.indices.to_numpy()]
        if (found == NOWHERE).any():
            raise RuleError(
                f"{self.name}: dimension {name!r}: {known.count(NOWHERE)} codes are "
                f"unknown{lines(found == NOWHERE)}; add them to its hierarchy, or "
                "correct the rows"
            )
        return found


def lines(rows: Mask) -> str:
    """Where the first of these rows stands in the file."""
    return f" (first on line {int(np.flatnonzero(rows)[0]) + 2})"


def read_table(
    path: Path, mandatory: Sequence[str], optional: Sequence[str]
) -> TableFile:
    """A CSV file (commas, UTF-8, names on the first line) with these columns only."""
    strange: list[int] = []

    def skip(row: pv.InvalidRow) -> str:
        strange.append(row.number or 0)
        return "skip"

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
        _must_be_columns(path.name, names, mandatory, optional)
        rows = pv.read_csv(
            path,
            pv.ReadOptions(use_threads=False),
            pv.ParseOptions(invalid_row_handler=skip, ignore_empty_lines=False),
            pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except OSError as error:
        raise unreadable(path, error) from None
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error):
        raise RuleError(
            f"{path.name}: is no CSV in UTF-8 with a line of {len(mandatory)} or more "
            "column names; write it so"
        ) from None
    if strange:
        raise RuleError(
            f"{path.name}: {len(strange)} lines have not {len(names)} values as the "
            f"first line (first on line {strange[0]}); correct them"
        )
    if rows.num_rows == 0:
        raise RuleError(f"{path.name}: has no rows; give a row per cell")
    return TableFile(path.name, rows)


def _must_be_columns(
    name: str, found: Sequence[str], mandatory: Sequence[str], optional: Sequence[str]
) -> None:
    missing = [column for column in mandatory if column not in found]
    strange = [c for c in found if c not in mandatory and c not in optional]
    if missing or strange or len(set(found)) < len(found):
        raise RuleError(
            f"{name}: the columns must be {', '.join(mandatory)}, and may be "
            f"{', '.join(optional)}, separated by commas; {len(missing)} are missing "
            f"({', '.join(missing) or 'none'}), {len(strange)} are others, "
            f"{len(found) - len(set(found))} occur twice"
        )


def unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path.name}: cannot be read or written: {error.strerror}")


def write_rows(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """A CSV file: whole, or not there."""
    with (
        _whole(path) as unfinished,
        unfinished.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def code_columns(cells: Cells, numbers: Ints) -> list[list[str]]:
    """Per dimension the codes of these cells."""
    return [column.to_pylist() for column in cells.coded(numbers).values()]


def write_worlds(path: Path, coded: Mapping[str, pa.Array], worlds: Ints) -> None:
    """W.parquet: a row per world and cell with these codes, margins included."""
    schema = pa.schema(
        [
            ("world", pa.int32()),
            *((name, column.type) for name, column in coded.items()),
            ("value", pa.int64()),
        ]
    )
    with (
        _whole(path) as unfinished,
        pq.ParquetWriter(unfinished, schema, compression="zstd") as file,
    ):
        for number, world in enumerate(worlds):
            named = pa.array(np.full(len(world), number, dtype=np.int32))
            file.write_table(
                pa.table([named, *coded.values(), pa.array(world)], schema=schema)
            )


def read_worlds(path: Path, dimensions: Sequence[str]) -> pa.Table:
    """The rows of W.parquet, with exactly the columns that it is written with."""
    try:
        found = pq.read_table(path)
    except pa.ArrowInvalid:
        raise RuleError(f"{path.name}: is no Parquet file; audit again") from None
    except OSError as error:
        raise unreadable(path, error) from None
    columns = ["world", *dimensions, "value"]
    texts = (pa.string(), pa.dictionary(pa.int32(), pa.string()))
    if (
        found.column_names != columns
        or any(column.null_count for column in found.columns)
        or found["world"].type != pa.int32()
        or found["value"].type != pa.int64()
        or any(found[name].type not in texts for name in dimensions)
    ):
        raise RuleError(
            f"{path.name}: the columns must be {', '.join(columns)}, whole numbers "
            "around texts, without empty places; audit again"
        )
    return found


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A path to write to; what was written takes its place when it is complete."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise unreadable(path, error) from None
    finally:
        unfinished.unlink(missing_ok=True)
