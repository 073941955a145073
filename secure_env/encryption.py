"""Encrypted Parquet: the one place that knows how pyarrow takes keys.

AES-GCM with a 256-bit key of its own per file. What the file is (`name`) is
authenticated but not stored in it, so that a file under another name does not open.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet import encryption

from secure_env.disk import naming


_MAGIC = b"PARE"
_ROWS = 131_072
"""Rows in memory at a time when reading, and the least in a row group."""


def write_encrypted(
    path: Path, data: pa.Table | pa.RecordBatchReader, *, key: bytes, name: str
) -> int:
    """Write the rows as they come; gives how many."""
    reader = data.to_reader(_ROWS) if isinstance(data, pa.Table) else data
    properties = encryption.create_encryption_properties(
        key, aad_prefix=name.encode(), store_aad_prefix=False
    )
    rows = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with naming(path), os.fdopen(handle, "wb") as file:
        with pq.ParquetWriter(
            file,
            reader.schema,
            compression="zstd",
            compression_level=1,
            encryption_properties=properties,
        ) as writer:
            for gathered in _gather(reader):
                writer.write_table(gathered)
                rows += gathered.num_rows
        file.flush()
        os.fsync(file.fileno())
    return rows


def open_encrypted(path: Path, *, key: bytes, name: str) -> pq.ParquetFile:
    """The file, opened; an OSError when key, name or content do not belong together."""
    with path.open("rb") as file:
        if file.read(4) != _MAGIC:  # the only bytes that are not authenticated
            raise OSError("no encrypted Parquet file")
    properties = encryption.create_decryption_properties(key, aad_prefix=name.encode())
    return pq.ParquetFile(path, decryption_properties=properties, pre_buffer=False)


def read_batches(
    file: pq.ParquetFile, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    yield from file.iter_batches(batch_size=_ROWS, columns=list(columns))


def _gather(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Batches joined to row groups that are worth a row group."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in reader:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _ROWS:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)
