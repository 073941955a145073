-- Addresses: of everyone on 1 January, of those with a provision on the reference date;
-- a wijk that the gemeente does not have is unknown. One pass over the register.
with spells as (
    select
        adressen.person_key, adressen.gemeente, regio.wijk, adressen.starts,
        {on_first} as on_first,
        {on_reference} and served.served_key is not null as on_reference
    from adressen
    left join regio
        on adressen.wijk = regio.wijk
        and adressen.gemeente = regio.gemeente
    left join served on adressen.person_key = served.served_key
)
select person_key, gemeente, wijk, starts, on_first, on_reference
from spells
where on_first or on_reference
