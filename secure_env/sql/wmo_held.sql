-- Every Wmo arrangement with a record that the half-year delivered and that ran in it,
-- from its first begin to the last end that the newest delivery gives; still running when
-- one of its newest records is. The last record says why it ended, how it is financed and how intense it is.
with placed as (
    select
        records.person_key, records.gemeente, records.type, records.starts,
        records.ends, records.half, records.delivered, arrangements.arrangement,
        records.financing, records.reason, records.hours,
        row_number() over (
            partition by arrangements.arrangement
            order by
                records.half desc, records.ends desc nulls first,
                records.starts desc nulls last, records.record desc
        ) as last,
        max(records.half) over (partition by arrangements.arrangement) as newest
    from wmo_records as records
    inner join arrangements on records.record = arrangements.record
)
select
    placed.person_key,
    'wmo' as domain,
    max(main_groups.main_group) as type,
    'W' || cast(placed.arrangement as string) as provision_id,
    min(placed.starts) as starts,
    case
        when count(*) filter (where half = newest)
            = count(ends) filter (where half = newest)
            then max(case when half = newest then ends end)
    end as ends,
    placed.gemeente,
    max(main_groups.main_group || placed.type) as detail,
    max(case when placed.last = 1 then placed.financing end) as financing,
    max(case when placed.last = 1 then placed.reason end) as reason,
    cast(null as string) as referrer,
    cast(null as boolean) as crisis,
    cast(null as string) as living_arrangement,
    max(case when placed.last = 1 then placed.hours end) as hours,
    cast(null as string) as perspective,
    cast(null as date) as ended_before
from placed
left join main_groups on placed.type = main_groups.category
group by placed.person_key, placed.gemeente, placed.arrangement
having bool_or(delivered and {ran})
