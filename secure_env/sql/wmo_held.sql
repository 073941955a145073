-- Every Wmo arrangement with a record that ran in the period, from its first begin to its
-- last end; still running when one of its records is.
select
    records.person_key,
    'wmo' as domain,
    max(main_groups.main_group) as type,
    'W' || cast(arrangements.arrangement as string) as provision_id,
    min(records.starts) as starts,
    case when count(*) = count(records.ends) then max(records.ends) end as ends,
    records.gemeente
from wmo_records as records
inner join arrangements on records.record = arrangements.record
left join main_groups on records.type = main_groups.category
group by records.person_key, records.gemeente, arrangements.arrangement
having bool_or({ran})
