"""Tables as SDMX: SDMX-CSV 2.0 data, and SDMX-ML 3.0 for what the codes mean.

A hidden figure is Q (missing value; suppressed) and confidential, a cell that cannot
occur is M (missing value; data cannot exist); why a figure is hidden is not told, since
it is not published. Codes: SDMX, Cross-Domain Code Lists, CL_OBS_STATUS 2.2 and
CL_CONF_STATUS 1.3. Needs the extra `gmsd[sdmx]`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from outputs.errors import ReleaseRefused
from outputs.names import safe_codes, sdmx_period
from outputs.published import (
    IS_HIDDEN,
    IS_IMPOSSIBLE,
    IS_SHOWN,
    PublishedRelease,
    ReleasedTable,
    spread,
)
from outputs.symbols import ReleaseStatus


try:
    from pysdmx.io import write_sdmx
    from pysdmx.io.format import Format
    from pysdmx.model import (
        Agency,
        Code,
        Codelist,
        Component,
        Components,
        Concept,
        ConceptScheme,
        Dataflow,
        DataStructureDefinition,
        DataType,
        Role,
    )
    from pysdmx.model.message import Header
except ImportError as error:
    raise ReleaseRefused(
        "SDMX needs a library that is not installed; install gmsd[sdmx], or export the "
        "other formats"
    ) from error


AGENCY, VERSION = "NL1", "1.0.0"
"""CBS as the SDMX community writes it, and the version of all structures."""
HALF_YEARLY = "S"
FREQUENCIES = {HALF_YEARLY: "Half-yearly, semester"}
OBSERVATION_STATUS = {
    "A": "Normal value",
    "P": "Provisional value",
    "Q": "Missing value; suppressed",
    "M": "Missing value; data cannot exist",
}
CONFIDENTIALITY = {
    "F": "Free (free for publication)",
    "C": "Confidential statistical information",
}
_SHOWN_STATUS = {
    ReleaseStatus.PRELIMINARY: "P",
    ReleaseStatus.REVISED: "P",
    ReleaseStatus.FINAL: "A",
}
_NAMES = {
    "FREQ": "Frequency",
    "REF_AREA": "Reference area",
    "INDICATOR": "Indicator",
    "TIME_PERIOD": "Time period",
    "OBS_VALUE": "Observation value",
    "OBS_STATUS": "Observation status",
    "CONF_STATUS": "Confidentiality status",
}


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    yield "structure.xml", structures(release)
    for table in release.tables:
        yield f"{table.code}.csv", data(table)


def dataflow_id(table: ReleasedTable) -> str:
    return f"DF_{table.code.upper()}"


def structures(release: PublishedRelease) -> bytes:
    """Code lists, concepts, and a structure and a dataflow per table."""
    dimensions = {
        one.name.upper(): one.title.en
        for table in release.tables
        for one in table.text.dimensions
    }
    names = _NAMES | dimensions
    concepts = ConceptScheme(
        "CS_GMSD",
        name="Concepts of the municipal monitor of the social domain",
        agency=AGENCY,
        version=VERSION,
        items=[
            Concept(code, name=name, urn=_urn("conceptscheme.Concept", "CS_GMSD", code))
            for code, name in names.items()
        ],
    )
    lists: list[Codelist] = []
    flows: list[Dataflow | DataStructureDefinition] = []
    for table in release.tables:
        own = _codelists(table)
        lists += [each for each in own.values() if each not in lists]
        structure = _structure(table, own, {c.id: c for c in concepts.items})
        flows += [structure, _dataflow(table, structure)]
    start = release.manifest.facts.period.first_day
    header = Header(
        id=f"GMSD_{release.manifest.facts.period}",
        prepared=datetime(start.year, start.month, start.day, tzinfo=UTC),
        sender=Agency(AGENCY),
    )
    text = write_sdmx(
        [*lists, concepts, *flows], Format.STRUCTURE_SDMX_ML_3_0, header=header
    )
    return (text or "").encode()


def data(table: ReleasedTable) -> bytes:
    """SDMX-CSV 2.0: a line per cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    names = [one.name.upper() for one in table.text.dimensions]
    writer.writerow(
        [
            "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", *names,
            "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS",
        ]
    )  # fmt: skip
    writer.writerows(_rows(table))
    return text.getvalue().encode()


def _rows(table: ReleasedTable) -> Iterator[Sequence[object]]:
    shape = table.values.shape
    columns = [
        spread(safe_codes(codes), axis, shape) for axis, codes in enumerate(table.codes)
    ]
    flow = f"{AGENCY}:{dataflow_id(table)}({VERSION})"
    period = sdmx_period(table.period)
    said = {
        IS_SHOWN: (_SHOWN_STATUS[table.status], "F"),
        IS_HIDDEN: ("Q", "C"),
        IS_IMPOSSIBLE: ("M", "F"),
    }
    values, states = table.values.ravel().tolist(), table.states.ravel().tolist()
    for *codes, value, state in zip(*columns, values, states, strict=True):
        shown = value if state == IS_SHOWN else ""
        yield (
            "dataflow", flow, "I", HALF_YEARLY, *codes, period, shown, *said[state],
        )  # fmt: skip


def _codelists(table: ReleasedTable) -> Mapping[str, Codelist]:
    """Component -> its codes."""
    name = table.code.upper()
    regions = {one.code: one.name for one in table.regions}
    lists = {
        "FREQ": ("CL_FREQ", FREQUENCIES),
        "REF_AREA": (f"CL_{name}_REF_AREA", regions),
        "INDICATOR": (
            f"CL_{name}_INDICATOR",
            {one.code: one.title.en for one in table.text.measures},
        ),
        "OBS_STATUS": ("CL_OBS_STATUS", OBSERVATION_STATUS),
        "CONF_STATUS": ("CL_CONF_STATUS", CONFIDENTIALITY),
    }
    for one in table.text.dimensions:
        codes = {code: text.en for code, text in one.codes.items()}
        lists[one.name.upper()] = (f"CL_{name}_{one.name.upper()}", codes)
    return {
        component: _codelist(code, _NAMES.get(component, component), codes)
        for component, (code, codes) in lists.items()
    }


def _codelist(code: str, name: str, codes: Mapping[str, str]) -> Codelist:
    pairs: Iterable[tuple[str, str]] = zip(
        safe_codes(codes), codes.values(), strict=True
    )
    return Codelist(
        code,
        name=name,
        agency=AGENCY,
        version=VERSION,
        items=[Code(each, name=said) for each, said in pairs],
    )


def _structure(
    table: ReleasedTable,
    lists: Mapping[str, Codelist],
    concepts: Mapping[str, Concept],
) -> DataStructureDefinition:
    dimensions = [
        "FREQ", "REF_AREA", *(one.name.upper() for one in table.text.dimensions),
        "INDICATOR",
    ]  # fmt: skip
    components = [
        Component(name, True, Role.DIMENSION, concepts[name], local_codes=lists[name])
        for name in dimensions
    ]
    components += [
        Component(
            "TIME_PERIOD",
            True,
            Role.DIMENSION,
            concepts["TIME_PERIOD"],
            local_dtype=DataType.PERIOD,
        ),
        Component(
            "OBS_VALUE",
            False,
            Role.MEASURE,
            concepts["OBS_VALUE"],
            local_dtype=DataType.INTEGER,
        ),
        *(
            Component(
                name,
                True,
                Role.ATTRIBUTE,
                concepts[name],
                local_codes=lists[name],
                attachment_level="O",
            )
            for name in ("OBS_STATUS", "CONF_STATUS")
        ),
    ]
    return DataStructureDefinition(
        id=f"DSD_{table.code.upper()}",
        name=table.text.title.en,
        agency=AGENCY,
        version=VERSION,
        components=Components(components),
    )


def _dataflow(table: ReleasedTable, structure: DataStructureDefinition) -> Dataflow:
    return Dataflow(
        dataflow_id(table),
        name=table.text.title.en,
        agency=AGENCY,
        version=VERSION,
        structure=structure,
    )


def _urn(kind: str, scheme: str, item: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{scheme}({VERSION}).{item}"
