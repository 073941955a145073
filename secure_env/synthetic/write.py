"""Files on disk: CSV as gemeenten and providers deliver it, Parquet as CBS does."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePath
from types import TracebackType

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from rules.layout import load_layouts
from rules.period import HalfYear
from secure_env.synthetic.registers import SCHEMAS


_OPTIONS = pyarrow.csv.WriteOptions(
    include_header=False, delimiter=";", quoting_style="none"
)


def in_layout(name: str, table: pa.Table) -> pa.Table:
    """The columns that a file of this name has; empty where nothing is made up."""
    source, _, period = PurePath(name).stem.split("_")
    columns = _columns(source, HalfYear.parse(period))
    nothing = pa.nulls(table.num_rows, pa.string())
    made = set(table.column_names)
    return pa.table({c: table[c] if c in made else nothing for c in columns})


@cache
def _columns(source: str, period: HalfYear) -> tuple[str, ...]:
    layouts = (one for one in load_layouts() if one.source == source)
    return next(one.columns for one in layouts if one.covers(period))


def write_csv(file: Path, table: pa.Table) -> None:
    """First line the column names; empty where null; nothing quoted."""
    with file.open("wb") as out:
        out.write((";".join(table.column_names) + "\n").encode())
        pyarrow.csv.write_csv(table, out, _OPTIONS)


class RegisterFiles:
    """The register files of the country, growing gemeente by gemeente."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._writers = {
            register: pq.ParquetWriter(
                files[register],
                schema,
                compression="zstd",
                compression_level=1,
                # Nearly every person number is different: no dictionary for those.
                use_dictionary=[
                    name
                    for name in schema.names
                    if name not in {"BSN", "RINPERSOON", "HUISHOUDNR"}
                ],
            )
            for register, schema in SCHEMAS.items()
        }

    def append(self, tables: Mapping[str, pa.Table]) -> None:
        for register, table in tables.items():
            self._writers[register].write_table(table)

    def __enter__(self) -> "RegisterFiles":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()
