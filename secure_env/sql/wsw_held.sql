-- Every employment by the Wsw: persons who work (status 1), not those who wait for it or left.
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
from wsw
where person_key is not null and status = '1' and {ran}
