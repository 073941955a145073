-- Where everyone with a provision lives on the reference date; a wijk that the gemeente
-- does not have is unknown.
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
    inner join served on homes.person_key = served.person_key
    where homes.on_reference
)
select ranked.person_key, ranked.gemeente, regio.wijk
from ranked
left join regio on ranked.wijk = regio.wijk and ranked.gemeente = regio.gemeente
where ranked.newest = 1
