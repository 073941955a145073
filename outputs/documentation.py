"""The Dutch explanation that travels with a table, from catalogue and policy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from outputs.description import DENOMINATORS
from outputs.layout import rate_code
from outputs.symbols import HIDDEN, IMPOSSIBLE, SHOWN, ReleaseStatus, dutch_number
from rules.classification import Additivity, Dimension
from rules.disclosure import DisclosurePolicy, RoundingMethod
from rules.indicator import (
    CountedUnit,
    Indicator,
    RegionLevel,
    TableSpec,
    Text,
)
from rules.period import HalfYear
from rules.region import region_types


_UNITS = {
    CountedUnit.INHABITANTS: "inwoners",
    CountedUnit.PERSONS: "personen",
    CountedUnit.HOUSEHOLDS: "particuliere huishoudens",
    CountedUnit.CLIENTS: "cliënten (een persoon telt in elke verstrekkende gemeente)",
    CountedUnit.PROVISIONS: "voorzieningen",
    CountedUnit.EUROS: "duizenden euro's",
    CountedUnit.DAYS: "dagen",
    CountedUnit.RESPONDENTS: "respondenten",
    CountedUnit.USERS: "gebruikers",
}
_SOURCES = {
    "wmo": "leveringen van gemeenten over maatwerkvoorzieningen Wmo",
    "jeugd": "leveringen van aanbieders van jeugdzorg (Beleidsinformatie Jeugd)",
    "sbo": "opgaven van gemeenten over sociale basisondersteuning",
    "care": "opgaven van Vektis over Wlz en Zvw",
    "pwet": "leveringen van gemeenten over bijstandsuitkeringen en re-integratie "
    "(BUS, SRG)",
    "wsw": "opgaven over de Wet sociale werkvoorziening",
    "signal": "vroegsignalen van betalingsachterstanden, door gemeenten geleverd",
}
_LAWS = ("wmo", "jeugd", "pwet")
"""Whose deliveries an indicator is made of that asks for none in particular."""
_REGISTERS = "bevolkings-, adres- en huishoudensregister"
_METHODS = {
    RoundingMethod.CONVENTIONAL: "op het dichtstbijzijnde veelvoud van {base}, "
    "halverwege naar boven",
    RoundingMethod.RANDOM: "naar een van de twee naastgelegen veelvouden van {base}; "
    "dezelfde cel altijd op dezelfde manier",
    RoundingMethod.CONTROLLED: "naar een van de twee naastgelegen veelvouden van "
    "{base}, zo dat delen blijven optellen tot hun totaal",
}


@dataclass(frozen=True, slots=True)
class Edition:
    """The issue of a table: its period, how final, and how many gemeenten are in it.

    `estimated`: its figures are estimates of all gemeenten, and not totals of those.
    """

    period: HalfYear
    status: ReleaseStatus
    taking_part: int
    gemeenten: int
    estimated: bool = False


def table_markdown(
    table: TableSpec,
    indicators: Sequence[Indicator],
    policy: DisclosurePolicy,
    edition: Edition,
) -> bytes:
    """What a reader of the table needs, in Markdown."""
    lines = [
        f"# {table.title.nl}, {edition.period.dutch}",
        "",
        f"Status van de cijfers: {edition.status.value}.",
        "",
        "## Onderwerpen",
        *_measures(indicators),
        "",
        "## Indelingen",
        "",
        _regions(table),
        *_dimensions(table),
        "",
        "## Wie meetellen",
        "",
        *_coverage(edition),
        "",
        "## Afronding en geheimhouding",
        "",
        *_protection(policy, indicators),
        "",
        "## Symbolen",
        "",
        *_symbols(edition.status, table),
    ]
    return "\n".join(lines).encode() + b"\n"


def _measures(indicators: Sequence[Indicator]) -> Iterator[str]:
    for one in indicators:
        yield from (
            "",
            f"### {one.title.nl} (`{one.code}`)",
            "",
            one.definition.nl,
            "",
            f"- Eenheid: {one.unit.nl if one.unit else _UNITS[one.counts]}.",
            f"- Bronnen: {_sources(one)}.",
        )
        if one.denominator is not None:
            per = DENOMINATORS[one.denominator].nl
            yield (
                f"- `{rate_code(one.code)}`: per 1 000 {per}. Het afgeronde aantal, "
                f"gedeeld door het niet-afgeronde aantal {per} op 1 januari, afgerond "
                f"op een geheel getal, halverwege naar boven. Geheim als het aantal "
                f"geheim is; zonder {per} is er geen cijfer."
            )


def notes(
    policy: DisclosurePolicy, indicators: Sequence[Indicator], edition: Edition
) -> list[str]:
    """The sentences on coverage, rounding and secrecy that go with every format."""
    protection = _protection(policy, indicators)
    return [*_coverage(edition), *(line.removeprefix("- ") for line in protection)]


def _sources(indicator: Indicator) -> str:
    if indicator.counts is CountedUnit.INHABITANTS:
        return _REGISTERS
    if indicator.counts is CountedUnit.RESPONDENTS:
        return "cliëntervaringsonderzoeken van gemeenten, zonder persoonsgegevens"
    domains = indicator.where.get("domain", _LAWS)
    return "; ".join([*(_SOURCES[domain] for domain in domains), _REGISTERS])


def _dimensions(table: TableSpec) -> Iterator[str]:
    for dimension in table.dimensions:
        labels: Mapping[str, Text] = table.labels[dimension.name]
        yield from ("", f"| `{dimension.name}` | omschrijving |", "|---|---|")
        yield from (f"| {code} | {labels[code].nl} |" for code in dimension.codes)
        if _overlaps(dimension):
            yield from (
                "",
                "Wie in meer onderdelen voorkomt, telt in het totaal één keer.",
            )


def _regions(table: TableSpec) -> str:
    if table.regions is RegionLevel.LAND:
        return "De tabel heeft alleen Nederland."
    named = [level.value for level in RegionLevel]
    kept = {*named[: named.index(table.regions.value) + 1], *table.areas}
    titles = [each.title.nl for code, each in region_types().items() if code in kept]
    country, *others = titles
    words = [t if t[:2].isupper() else t[0].lower() + t[1:] for t in others]
    return f"Regio's zijn {', '.join([country, *words[:-1]])} en {words[-1]}."


def _overlaps(dimension: Dimension) -> bool:
    return any(
        kind is Additivity.OVERLAP
        for hierarchy in dimension.hierarchies
        for kind in hierarchy.additivity.values()
    )


def _coverage(edition: Edition) -> Iterator[str]:
    here = (
        f"{dutch_number(edition.taking_part)} van de "
        f"{dutch_number(edition.gemeenten)} gemeenten nemen deel."
    )
    if edition.estimated:
        yield (
            f"{here} Dit is een schatting voor alle gemeenten: wat de deelnemende "
            "samen hebben, en wat een gewogen regressie van hun gepubliceerde cijfers "
            "op inwonertal en leeftijd van de andere verwacht. Het interval van 95 "
            "procent is dat van het model; waar te weinig cijfers zijn, is er geen "
            "schatting."
        )
        return
    yield (
        f"{here} Totalen van Nederland, provincies en andere gebieden zijn totalen van "
        "de deelnemende gemeenten, en zo ook de aantallen inwoners en huishoudens "
        "waardoor is gedeeld. Bij een gemeente horen ook mensen van wie de wijk niet "
        "bekend is."
    )


def _protection(
    policy: DisclosurePolicy, indicators: Sequence[Indicator]
) -> Iterator[str]:
    if policy.hide is not None:
        low, high = policy.hide
        yield f"- Aantallen van {low} tot en met {high} zijn geheim."
    if policy.contributors_below:
        yield (
            f"- Bedragen aan minder dan {policy.contributors_below} aanbieders of voor "
            f"minder dan {policy.clients_below} cliënten zijn geheim."
        )
    if policy.dominance is not None or policy.p_percent is not None:
        yield "- Bedragen waarin een aanbieder overheerst, zijn geheim."
    if policy.hide is not None and policy.hide[0] > 0:
        yield "- Het aantal 0 wordt wel getoond."
    if policy.hide is not None or policy.contributors_below:
        yield "- Ook andere cijfers kunnen geheim zijn, om deze te beschermen."
    how = _METHODS.get(policy.rounding.method)
    if how is not None:
        rounded = how.format(base=policy.rounding.base)
        yield f"- Andere aantallen zijn afgerond {rounded}."
    if policy.rounding.method in {RoundingMethod.CONVENTIONAL, RoundingMethod.RANDOM}:
        yield (
            "- Totalen zijn elk voor zich afgerond: delen tellen daardoor niet altijd "
            "op tot hun totaal."
        )
    if any(one.denominator for one in indicators):
        yield "- Verhoudingscijfers zijn gemaakt van de afgeronde aantallen."


def _symbols(status: ReleaseStatus, table: TableSpec) -> Iterator[str]:
    yield from ("| symbool | betekenis |", "|---|---|")
    shown = [SHOWN[status]] if SHOWN[status].sign else []
    for one in [HIDDEN, *shown]:
        yield f"| `{one.sign}` | {one.meaning.nl} |"
    if table.impossible:
        yield f"| (leeg) | {IMPOSSIBLE.meaning.nl} |"
