-- Every early warning of payment arrears: of a person, by a kind of supplier, on a day. The same
-- amount of the same kind on one day is one warning, whatever was done with it since.
with signals as (
    select distinct person_key, gemeente, kind, starts, starts as ends, arrears
    from vroegsignalen
    where person_key is not null
)
select
    person_key,
    'signal' as domain,
    case kind
        when 'HUUR' then 'SH'
        when 'ENERGIE' then 'SE'
        when 'WATER' then 'SW'
        when 'ZORG' then 'SZ'
        else 'SO'
    end as type,
    'V' || cast(
        row_number() over (
            order by
                gemeente asc nulls last, person_key asc nulls last, starts asc nulls last,
                kind asc nulls last, arrears asc nulls last
        ) as string
    ) as provision_id,
    starts,
    ends,
    gemeente,
    cast(null as string) as detail,
    cast(null as string) as financing,
    cast(null as string) as reason,
    cast(null as string) as referrer,
    cast(null as boolean) as crisis,
    cast(null as string) as living_arrangement,
    cast(null as bigint) as hours,
    cast(null as string) as perspective,
    cast(null as date) as ended_before
from signals
where {ran}
