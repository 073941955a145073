"""Whose record it is: keys of another time followed, nobody's records given a person.

A record comes with the key that its person had when it was received: `R` known, `S`
not in the key file of that day, `N` delivered without a number. Linking looks again:
the newest key file may know an `S`, and sex, birth date and gemeente may point at one
person for an `N`. Every record keeps how its person was found.
"""

from collections.abc import Mapping
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

from engine.database import Database
from engine.query import Query
from secure_env.pseudonym import followed
from secure_env.sources import COLUMNS, PROVISION_SOURCES, DeliveredSources


class Found(Enum):
    """How the person of a record was found."""

    KEY_FILE = "key_file"
    """The number was in the key file when the record was received."""
    FOLLOWED = "followed"
    """It was not then, and is in the newest key file."""
    TRAITS = "traits"
    """No number; one person has this sex and birth date and lives in the gemeente."""
    UNKNOWN = "unknown"
    """The number is in no key file."""
    NOBODY = "nobody"
    """No number, and not one person with these traits."""


_BY_LETTER = {
    "R": Found.KEY_FILE.value,
    "S": Found.UNKNOWN.value,
    "N": Found.NOBODY.value,
}
_SEXES = {"M": "1", "V": "2"}
_PEOPLE = pa.schema(list(COLUMNS["personen"].items()))
_JEUGD = ("jeugd", "jeugd_first", "jeugd_previous")
_WITH_PERSON = (*PROVISION_SOURCES, "wmo_other", *_JEUGD[1:], "wsw_first")


def identify(
    sources: DeliveredSources, database: Database
) -> tuple[dict[str, pa.Table], pa.Table]:
    """The records of every source with the newest key of their person, and `found`.

    The second table has sex and birth date of everyone who may have youth care. Needs
    `homes`.
    """
    delivered = {name: _as_received(sources.arrow(name)) for name in _WITH_PERSON}
    keys = pa.chunked_array(
        [each["person_key"].unique() for each in delivered.values()]
    )
    unknown = keys.filter(_starts(keys, "S")).unique()
    newer = followed(unknown, sources.batches("sleutel"))
    delivered = _with_keys(delivered, newer, Found.FOLLOWED)
    nobodies = _traits_of(*(delivered[name] for name in _JEUGD))
    young = pa.concat_tables([delivered["jeugd"], delivered["jeugd_first"]])
    people = _people(sources, young, nobodies)
    database.register("nobodies", nobodies)
    database.register("people", people)
    one_person = database.run(Query.load("traits", "secure_env"))
    database.forget("nobodies", "people")
    found = dict(
        zip(
            one_person["nobody"].to_pylist(),
            one_person["found"].to_pylist(),
            strict=True,
        )
    )
    return _with_keys(delivered, found, Found.TRAITS), people


def _as_received(table: pa.Table) -> pa.Table:
    letter = pc.utf8_slice_codeunits(table["person_key"], 0, 1)
    letters = pa.array(list(_BY_LETTER))
    how = pa.array(list(_BY_LETTER.values())).take(pc.index_in(letter, letters))
    return table.append_column("found", how)


def _with_keys(
    delivered: Mapping[str, pa.Table], newer: Mapping[str, str], how: Found
) -> dict[str, pa.Table]:
    """The records, those with an old key under the newer one."""
    if not newer:
        return dict(delivered)
    old, new = pa.array(list(newer)), pa.array(list(newer.values()))
    return {name: _rekeyed(table, old, new, how) for name, table in delivered.items()}


def _rekeyed(table: pa.Table, old: pa.Array, new: pa.Array, how: Found) -> pa.Table:
    place = pc.index_in(table["person_key"], old)
    key = pc.coalesce(new.take(place), table["person_key"])
    found = pc.if_else(pc.is_valid(place), how.value, table["found"])
    at = table.schema.get_field_index
    table = table.set_column(at("person_key"), "person_key", key)
    return table.set_column(at("found"), "found", found)


def _traits_of(*jeugd: pa.Table) -> pa.Table:
    """Sex, birth date and gemeente of every record without a number that has all."""
    records = pa.concat_tables(jeugd)
    records = records.filter(_starts(records["person_key"], "N"))
    day = pc.strptime(records["birth_date"], "%Y%m%d", "s", error_is_null=True)
    sexes = pa.array(list(_SEXES))
    sex = pa.array(list(_SEXES.values())).take(pc.index_in(records["sex"], sexes))
    traits = pa.table(
        {
            "person_key": records["person_key"],
            "birth_date": day.cast(pa.date32()),
            "sex": sex,
            "gemeente": records["gemeente"],
        }
    )
    return traits.drop_null()


def _people(sources: DeliveredSources, jeugd: pa.Table, nobodies: pa.Table) -> pa.Table:
    """Of the register of persons: who has youth care, and who might be meant."""
    young = jeugd["person_key"].unique()
    days = nobodies["birth_date"].unique()
    found = [
        batch.filter(
            pc.or_(
                pc.is_in(batch["person_key"], value_set=young),
                pc.is_in(batch["birth_date"], value_set=days),
            )
        )
        for batch in sources.batches("personen")
    ]
    return pa.Table.from_batches(found, _PEOPLE)


def _starts(keys: pa.ChunkedArray, letter: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.starts_with(keys, letter), fill_value=False)
