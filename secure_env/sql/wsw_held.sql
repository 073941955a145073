-- Every employment by the Wsw: persons who work (status 1), not those who wait for it or left.
-- What both halves of a year have is one employment, and the second half knows its end.
with delivered as (
    select person_key, gemeente, employment, starts, ends, 2 as half
    from wsw
    where person_key is not null and status = '1'
    union all
    select person_key, gemeente, employment, starts, ends, 1 as half
    from wsw_first
    where person_key is not null and status = '1'
),
versions as (
    select
        person_key, gemeente, employment, starts, ends, half,
        max(half) over (partition by person_key, gemeente, starts) as newest
    from delivered
)
select
    person_key,
    'wsw' as domain,
    'WS' as type,
    'Z' || cast(
        dense_rank() over (
            order by
                gemeente asc nulls last, person_key asc nulls last, starts asc nulls last,
                ends asc nulls last, employment asc nulls last
        ) as string
    ) as provision_id,
    starts,
    ends,
    gemeente,
    'WS0' || coalesce(employment, '0') as detail,
    cast(null as string) as financing,
    cast(null as string) as reason,
    cast(null as string) as referrer,
    cast(null as boolean) as crisis,
    cast(null as string) as living_arrangement,
    cast(null as bigint) as hours,
    cast(null as string) as perspective,
    cast(null as date) as ended_before
from versions
where half = newest and {ran}
