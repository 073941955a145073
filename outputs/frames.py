"""A release folder -> tidy pandas frames, for notebooks. The only place with pandas."""

from pathlib import Path

import pandas as pd

from outputs.layout import REGION_LEVELS
from outputs.manifest import TableFacts, table_path
from outputs.verify import verify


def read_release(
    folder: Path, public_key: Path | None = None
) -> dict[str, pd.DataFrame]:
    """Table -> its cells, one per row, after `verify` has found the folder whole.

    `value` is Int64 and missing where hidden; codes are categories in the order of
    their classification, regions in the order of the file.
    """
    tables = verify(folder, public_key).manifest.facts.tables
    return {
        name: _read_table(folder / table_path(name), table)
        for name, table in tables.items()
    }


def _read_table(path: Path, table: TableFacts) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    frame["value"] = pd.to_numeric(frame["value"].replace("", None)).astype("Int64")
    measures = [code for pair in table.measures.items() for code in pair if code]
    orders = {
        "region_level": list(REGION_LEVELS.values()),
        "measure": measures,
        **{name: list(codes) for name, codes in table.dimensions.items()},
    }
    for column in frame.columns.drop("value"):
        order = orders.get(column, list(frame[column].unique()))
        frame[column] = pd.Categorical(frame[column], categories=order)
    return frame
