-- Where each of these persons lives at a moment; of several addresses the newest.
with ranked as (
    select
        homes.person_key, homes.gemeente, homes.wijk,
        row_number() over (
            partition by homes.person_key
            order by
                homes.starts desc nulls last, homes.gemeente asc nulls last,
                homes.wijk asc nulls last
        ) as newest
    from homes
    inner join ({whose}) as whose on homes.person_key = whose.person_key
    where homes.{moment}
)
select person_key, gemeente, wijk
from ranked
where newest = 1
