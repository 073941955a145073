-- Addresses on 1 January or in the period. One pass over the register; joined to nothing,
-- as the size of a stream is not known beforehand.
with spells as (
    select
        person_key, gemeente, wijk, starts,
        {on_first} as on_first,
        {on_reference} as on_reference,
        {in_period} as in_period
    from adressen
)
select person_key, gemeente, wijk, starts, on_first, on_reference, in_period
from spells
where on_first or in_period
