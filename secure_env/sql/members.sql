-- Members of households, institutional ones (8) too, on 1 January or on the reference date. One pass over the
-- register; joined to nothing, as the size of a stream is not known beforehand.
with spells as (
    select
        person_key, household, type, place, starts,
        {on_first} as on_first,
        {on_reference} as on_reference
    from huishoudens
)
select person_key, household, type, place, starts, on_first, on_reference
from spells
where on_first or on_reference
