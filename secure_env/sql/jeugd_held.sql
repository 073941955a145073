-- Every Jeugd record that ran in the period, exact repetitions once; a preventive
-- measure (kind 4) is no jeugdhulp, protection or probation.
with trajectories as (
    select distinct person_key, provider, kind, form, referrer, starts, ends, reason
    from jeugd
    where person_key is not null and kind in ('1', '2', '3') and {ran}
)
select
    person_key,
    'jeugd' as domain,
    case kind when '1' then 'JH' when '2' then 'JB' when '3' then 'JR' end as type,
    'J' || cast(
        row_number() over (
            order by
                person_key asc nulls last, starts asc nulls last, ends asc nulls last,
                kind asc nulls last, form asc nulls last, provider asc nulls last,
                referrer asc nulls last, reason asc nulls last
        ) as string
    ) as provision_id,
    starts,
    ends,
    cast(null as string) as gemeente
from trajectories
