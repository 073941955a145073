-- Addresses on the start date or on the last day of a half-year. One pass over the
-- register; joined to nothing, as the size of a stream is not known beforehand.
with spells as (
    select
        person_key, gemeente, wijk, starts,
        {on_start} as on_start,
        {on_last} as on_last
    from adressen
)
select person_key, gemeente, wijk, starts, on_start, on_last
from spells
where on_start or on_last
