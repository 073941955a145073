"""A release in a data catalogue: DCAT-AP-NL as JSON-LD.

Addresses are relative to the folder of the file, since a release has no address yet.
"""

import json

from outputs.published import PublishedRelease, ReleasedTable


_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PUBLISHER = {
    "@id": "https://standaarden.overheid.nl/owms/terms/Centraal_Bureau_voor_de_Statistiek",
    "@type": "foaf:Agent",
    "foaf:name": "Centraal Bureau voor de Statistiek",
}
_LICENCE = {"@id": "https://creativecommons.org/licenses/by/4.0/"}
_LANGUAGE = {"@id": "http://publications.europa.eu/resource/authority/language/NLD"}
_THEME = {"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"}
_HALF_YEARLY = {
    "@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL_2"
}
_JSON = {"@id": "http://www.iana.org/assignments/media-types/application/json"}


def dcat(release: PublishedRelease) -> bytes:
    """The catalogue of the release with a dataset per table."""
    said = {
        "@context": _CONTEXT,
        "@id": "#catalogus",
        "@type": "dcat:Catalog",
        "dct:title": _dutch("Gemeentelijke Monitor Sociaal Domein"),
        "dct:publisher": _PUBLISHER,
        "dct:language": _LANGUAGE,
        "dct:license": _LICENCE,
        "dcat:dataset": [_dataset(table) for table in release.tables],
    }
    text = json.dumps(said, ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def _dataset(table: ReleasedTable) -> dict[str, object]:
    return {
        "@id": f"#{table.code}",
        "@type": "dcat:Dataset",
        "dct:identifier": table.code,
        "dct:title": [_dutch(table.text.title.nl), _english(table.text.title.en)],
        "dct:description": _dutch(" ".join(table.text.notes)),
        "dct:publisher": _PUBLISHER,
        "dct:license": _LICENCE,
        "dct:language": _LANGUAGE,
        "dct:accrualPeriodicity": _HALF_YEARLY,
        "dcat:theme": _THEME,
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(table.period.first_day.isoformat()),
            "dcat:endDate": _day(table.period.last_day.isoformat()),
        },
        "dcat:distribution": {
            "@type": "dcat:Distribution",
            "dct:title": _dutch("OData versie 4"),
            "dcat:accessURL": {"@id": f"{table.code}/"},
            "dcat:mediaType": _JSON,
            "dct:license": _LICENCE,
        },
    }


def _dutch(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "nl"}


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}
