-- Every general benefit, per person on it: from the first begin in any month to the end
-- that the newest month gives. Partners who share a benefit share its number.
with months as (
    select
        person_key, gemeente, registration, scheme, living_arrangement, reason, starts, ends,
        row_number() over (
            partition by person_key, gemeente, registration
            order by
                year desc nulls last, month desc nulls last, starts desc nulls last,
                ends desc nulls first, scheme asc nulls last,
                living_arrangement asc nulls last, reason asc nulls last
        ) as newest
    from bus
    where person_key is not null and scheme in ('01', '02', '03', '14')
),
spells as (
    select
        person_key, gemeente, registration,
        min(starts) as starts,
        max(case when newest = 1 then ends end) as ends,
        max(case when newest = 1 then scheme end) as scheme,
        max(case when newest = 1 then living_arrangement end) as living_arrangement,
        max(case when newest = 1 then reason end) as reason
    from months
    group by person_key, gemeente, registration
)
select
    person_key,
    'pwet' as domain,
    'BU' as type,
    'B' || cast(
        dense_rank() over (
            order by gemeente asc nulls last, registration asc nulls last
        ) as string
    ) as provision_id,
    starts,
    ends,
    gemeente,
    'BU' || scheme as detail,
    cast(null as string) as financing,
    reason,
    cast(null as string) as referrer,
    cast(null as boolean) as crisis,
    living_arrangement,
    cast(null as bigint) as hours,
    cast(null as string) as perspective,
    cast(null as date) as ended_before
from spells
where {ran}
