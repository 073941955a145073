-- The linked microdata: every provision with the household and the residence of the person.
select
    held.person_key as person_id,
    household_of.household as household_id,
    held.domain,
    held.type,
    held.provision_id,
    held.starts,
    held.ends,
    held.gemeente as client_gemeente,
    case when held.gemeente = residence.gemeente then residence.wijk end as client_wijk,
    residence.gemeente,
    residence.wijk
from held
left join residence on held.person_key = residence.person_key
left join household_of on held.person_key = household_of.person_key
order by person_id asc nulls last, provision_id asc nulls last
