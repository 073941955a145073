-- The household of everyone with a provision on the reference date, a private one first;
-- an institution has no household, only a type.
with ranked as (
    select
        members.person_key, members.household, members.type, members.place,
        row_number() over (
            partition by members.person_key
            order by
                case when members.type = '8' then 1 else 0 end asc,
                members.starts desc nulls last, members.household asc nulls last
        ) as newest
    from members
    inner join served on members.person_key = served.person_key
    where members.on_reference
)
select
    person_key,
    case when type <> '8' then household end as household,
    type,
    place
from ranked where newest = 1
