-- Members of private households: all of them on 1 January, those with a provision on the
-- reference date. One pass over the register.
with spells as (
    select
        huishoudens.person_key, huishoudens.household, huishoudens.starts,
        {on_first} as on_first,
        {on_reference} and served.served_key is not null as on_reference
    from huishoudens
    left join served on huishoudens.person_key = served.served_key
    where huishoudens.type <> '8'
)
select person_key, household, starts, on_first, on_reference
from spells
where on_first or on_reference
