-- Every re-integration provision: from the first begin in any month to the end that the
-- newest month gives.
with months as (
    select
        person_key, gemeente, registration, type, reason, starts, ends,
        row_number() over (
            partition by person_key, gemeente, registration, type
            order by
                year desc nulls last, month desc nulls last, starts desc nulls last,
                ends desc nulls first, reason asc nulls last
        ) as newest
    from srg
    where person_key is not null
),
spells as (
    select
        person_key, gemeente, registration, type,
        min(starts) as starts,
        max(case when newest = 1 then ends end) as ends,
        max(case when newest = 1 then reason end) as reason
    from months
    group by person_key, gemeente, registration, type
)
select
    person_key,
    'pwet' as domain,
    'SR' as type,
    'S' || cast(
        dense_rank() over (
            order by
                gemeente asc nulls last, registration asc nulls last, type asc nulls last
        ) as string
    ) as provision_id,
    starts,
    ends,
    gemeente,
    'SR' || type as detail,
    cast(null as string) as financing,
    reason,
    cast(null as string) as referrer,
    cast(null as boolean) as crisis,
    cast(null as string) as living_arrangement,
    cast(null as bigint) as hours,
    cast(null as string) as perspective,
    cast(null as date) as ended_before
from spells
where {ran}
