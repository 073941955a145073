-- How many persons with a provision could be linked to what.
with persons as (
    select
        person_id,
        max(gemeente) as gemeente,
        max(wijk) as wijk,
        max(household_id) as household_id
    from provisions
    where domain <> 'signal'
    group by person_id
)
select
    count(*) as persons,
    count(*) filter (where person_id like 'S%') as not_in_key_file,
    count(*) filter (where gemeente is null) as without_residence,
    count(*) filter (where gemeente is not null and wijk is null) as without_wijk,
    count(*) filter (where household_id is null) as without_household
from persons
