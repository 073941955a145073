-- How the records of every source and gemeente went, as far as their person had something
-- that ran in the period: where the person was lost on the way to a wijk and a household.
with records as (
    select 'wmo' as source, gemeente, person_key, found from wmo
    union all
    select 'jeugd' as source, gemeente, person_key, found from jeugd
    union all
    select 'bus' as source, gemeente, person_key, found from bus
    union all
    select 'srg' as source, gemeente, person_key, found from srg
    union all
    select 'wsw' as source, gemeente, person_key, found from wsw
    union all
    select 'vroegsignalen' as source, gemeente, person_key, found from vroegsignalen
)
select
    records.source,
    records.gemeente,
    count(*) as records,
    count(*) filter (where records.found = 'key_file') as key_file,
    count(*) filter (where records.found = 'followed') as followed,
    count(*) filter (where records.found = 'traits') as traits,
    count(*) filter (where records.found = 'unknown') as unknown,
    count(*) filter (where records.found = 'nobody') as nobody,
    count(*) filter (where records.person_key is null) as without_person,
    count(*) filter (
        where records.person_key is not null and served.person_key is null
    ) as not_in_period,
    count(*) filter (
        where served.person_key is not null and residence.person_key is null
    ) as without_residence,
    count(*) filter (
        where residence.person_key is not null and residence.wijk is null
    ) as without_wijk,
    count(*) filter (
        where served.person_key is not null and household_of.person_key is null
    ) as without_household,
    count(*) filter (where movers.person_key is not null) as moved
from records
left join served on records.person_key = served.person_key
left join residence on records.person_key = residence.person_key
left join household_of on records.person_key = household_of.person_key
left join movers on records.person_key = movers.person_key
group by records.source, records.gemeente
order by records.source asc, records.gemeente asc nulls last
