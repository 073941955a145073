-- Every youth care trajectory and every measure that ran in the period, a measure from its
-- first institution to its last; a preventive measure (kind 4) is none of these. `gemeente`
-- is what the newest record says it to be. `ended_before`: the first day on which help of the
-- person ended by what the half-year before delivered.
with placed as (
    select
        records.person_key, records.kind, records.gemeente, records.starts,
        records.ends, records.half, records.form, records.referrer, records.crisis, records.reason,
        records.perspective,
        measures.measure,
        row_number() over (
            partition by measures.measure order by records.record desc
        ) as newest
    from jeugd_records as records
    inner join measures on records.record = measures.record
    where records.kind in ('1', '2', '3')
),
ended as (
    select person_key, min(coalesce(ends, handed_over)) as ended_before
    from jeugd_previous
    where kind = '1'
    group by person_key
)
select
    placed.person_key,
    'jeugd' as domain,
    case kind when '1' then 'JH' when '2' then 'JB' when '3' then 'JR' end as type,
    'J' || cast(measure as string) as provision_id,
    min(starts) as starts,
    case when count(*) = count(ends) then max(ends) end as ends,
    max(case when newest = 1 then gemeente end) as gemeente,
    case kind when '1' then 'JH' when '2' then 'JB' when '3' then 'JR' end
    || max(case when newest = 1 then form end) as detail,
    cast(null as string) as financing,
    max(case when newest = 1 then reason end) as reason,
    max(case when newest = 1 then referrer end) as referrer,
    bool_or(crisis) as crisis,
    cast(null as string) as living_arrangement,
    cast(null as bigint) as hours,
    max(case when newest = 1 then perspective end) as perspective,
    case when kind = '1' then max(ended.ended_before) end as ended_before
from placed
left join ended on placed.person_key = ended.person_key
group by placed.person_key, kind, measure
having bool_or(half > 0 and {ran})
