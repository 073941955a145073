-- The linked microdata: every provision with the household and the residence of the person,
-- and the gemeente that grants it.
select
    held.person_key as person_id,
    household_of.household as household_id,
    held.domain,
    held.type,
    held.provision_id,
    held.starts,
    held.ends,
    coalesce(young_homes.gemeente, held.gemeente) as client_gemeente,
    case
        when young_homes.gemeente is not null then young_homes.wijk
        when held.gemeente = residence.gemeente then residence.wijk
    end as client_wijk,
    residence.gemeente,
    residence.wijk,
    held.detail,
    held.financing,
    held.reason,
    held.referrer,
    held.crisis,
    held.living_arrangement,
    held.hours,
    held.perspective,
    held.ended_before,
    persons.age,
    persons.sex,
    persons.reached_pension_age,
    household_of.type as household_type,
    household_of.place as household_place,
    persons.income,
    persons.origin,
    persons.care
from held
left join residence on held.person_key = residence.person_key
left join household_of on held.person_key = household_of.person_key
left join persons on held.person_key = persons.person_key
left join young_homes
    on held.person_key = young_homes.person_key and held.domain = 'jeugd'
order by person_id asc nulls last, provision_id asc nulls last
