-- The start group, and in every half-year of the follow-up the combination of laws that
-- each used; N: none; X: none, and not registered where we can see on its last day.
with start_group as (select distinct person_id from uses where on_start),
steps as (
    select start_group.person_id, half_years.half_year
    from start_group
    inner join persons on start_group.person_id = persons.person_id
    cross join half_years
),
used as (
    select
        person_id, half_year,
        max(case when domain = 'jeugd' then 'J' else '' end)
        || max(case when domain = 'pwet' then 'P' else '' end)
        || max(case when domain = 'wsw' then 'V' else '' end)
        || max(case when domain = 'wmo' then 'W' else '' end) as combination
    from uses
    group by person_id, half_year
)
select
    steps.person_id,
    steps.half_year,
    coalesce(
        used.combination, case when away.person_id is null then 'N' else 'X' end
    ) as state
from steps
left join used on steps.person_id = used.person_id and steps.half_year = used.half_year
left join away on steps.person_id = away.person_id and steps.half_year = away.half_year
