"""The deliveries of a period that count, as linkage takes them."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from secure_env.cohort import LIFE_EVENTS
from secure_env.errors import UsageError
from secure_env.received import TABLE
from secure_env.rooms import Period
from secure_env.sources import COLUMNS, DeliveredSources
from secure_env.store import Folder


def sources(period: Period) -> DeliveredSources:
    """All that linking looks at, per source; registers as a stream."""
    by_source: dict[str, list[Folder]] = {}
    suppliers: dict[str, frozenset[str]] = {}
    for folder in period.deliveries:
        source, _, supplier = folder.parts
        by_source.setdefault(source, []).append(folder)
        suppliers[source] = suppliers.get(source, frozenset()) | {supplier}
    by_source |= period.neighbours
    return DeliveredSources(
        suppliers=suppliers,
        **{name: _stream(by_source[name]) for name in COLUMNS if by_source.get(name)},
    )


def register(period: Period, source: str) -> pa.RecordBatchReader:
    """A register of everyone, which a cohort cannot do without."""
    folders = _folders(period, source)
    if not folders:
        raise UsageError(
            f"{source.upper()} was not received for {period.half_year}; a cohort needs "
            "it in every half-year of its follow-up, so receive it first"
        )
    return _stream(folders)


def life_events(period: Period) -> pa.Table:
    """The life events that were delivered; without such a delivery, none."""
    folders = _folders(period, "gebeurtenissen")
    if not folders:
        return LIFE_EVENTS.empty_table()
    return _stream(folders).read_all().select(LIFE_EVENTS.names).cast(LIFE_EVENTS)


def _folders(period: Period, source: str) -> list[Folder]:
    return [folder for folder in period.deliveries if folder.parts[0] == source]


def _stream(folders: Sequence[Folder]) -> pa.RecordBatchReader:
    def batches() -> Iterator[pa.RecordBatch]:
        for folder in folders:
            yield from folder.batches(TABLE)

    schema = folders[0].batches(TABLE).schema
    return pa.RecordBatchReader.from_batches(schema, batches())
