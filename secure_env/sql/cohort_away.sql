-- Who is not registered, on the last day of a half-year, in a gemeente that takes part:
-- dead, gone abroad, or moved to where we cannot see.
with here as (
    select distinct homes.person_key
    from homes
    inner join participating on homes.gemeente = participating.gemeente
    where homes.on_last
)
select persons.person_id, cast({number} as bigint) as half_year
from persons
left join here on persons.person_id = here.person_key
where here.person_key is null
order by persons.person_id asc nulls last
