"""Tables as Parquet: the columns of the CSV, codes as dictionaries, values as numbers.

The words of the table travel along in the metadata of the file, under `gmsd`.
"""

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from outputs.description import write_description
from outputs.layout import columns
from outputs.published import (
    IS_HIDDEN,
    IS_IMPOSSIBLE,
    IS_SHOWN,
    PublishedRelease,
    ReleasedTable,
)
from outputs.symbols import HIDDEN, IMPOSSIBLE, SHOWN


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    for table in release.tables:
        file = io.BytesIO()
        pq.write_table(arrow_table(table), file, compression="zstd")
        yield f"{table.code}.parquet", file.getvalue()


def arrow_table(table: ReleasedTable) -> pa.Table:
    """The released CSV as a typed table; `value` is null where none is published."""
    places = np.indices(table.values.shape, dtype=np.int32).reshape(
        table.values.ndim, -1
    )
    regions = table.regions
    signs = {
        IS_SHOWN: SHOWN[table.status].sign,
        IS_HIDDEN: HIDDEN.sign,
        IS_IMPOSSIBLE: IMPOSSIBLE.sign,
    }
    states = table.states.ravel()
    words = [
        ([str(table.period)], np.zeros(table.values.size, dtype=np.int32)),
        *(
            ([getattr(one, part) for one in regions], places[0])
            for part in ("level", "code", "name")
        ),
        *zip(table.codes[1:], places[1:], strict=True),
    ]
    arrays = [_dictionary(texts, at) for texts, at in words]
    arrays.append(pa.array(table.values.ravel(), mask=states != IS_SHOWN))
    arrays.append(_dictionary([signs[state] for state in sorted(signs)], states))
    names = columns([one.name for one in table.text.dimensions])
    found = pa.table(arrays, names=names)
    return found.replace_schema_metadata({"gmsd": write_description(table.text)})


def _dictionary(
    words: Sequence[str], places: "np.typing.NDArray[np.integer]"
) -> pa.Array:
    """Words by their places; a word that is there twice is one word."""
    distinct = list(dict.fromkeys(words))
    where = np.array([distinct.index(word) for word in words], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(
        where[places], pa.array(distinct, pa.string())
    )
