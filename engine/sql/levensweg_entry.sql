-- Everyone whose first use lies after the first half-year: its laws, and the life events
-- in the months before its first provision began, or 00 for none.
with first_use as (
    select person_id, min(half_year) as half_year
    from uses
    group by person_id
),
entries as (
    select uses.person_id, min(uses.starts) as starts
    from uses
    inner join first_use
        on uses.person_id = first_use.person_id and uses.half_year = first_use.half_year
    where first_use.half_year > 1
    group by uses.person_id
),
preceding as (
    select distinct entries.person_id, events.event
    from entries
    inner join events
        on entries.person_id = events.person_id
        and events.day <= entries.starts
        and events.day >= cast(entries.starts - interval '{months}' month as date)
),
groups as (
    select entries.person_id, coalesce(preceding.event, '00') as code
    from entries
    left join preceding on entries.person_id = preceding.person_id
    union all
    select entries.person_id, 'I' || cast(first_use.half_year as string) as code
    from entries
    inner join first_use on entries.person_id = first_use.person_id
),
laws as (
    select
        entries.person_id,
        case uses.domain when 'jeugd' then 'J' when 'pwet' then 'P' when 'wsw' then 'V' when 'wmo' then 'W' end as law
    from entries
    inner join first_use on entries.person_id = first_use.person_id
    inner join uses
        on entries.person_id = uses.person_id and first_use.half_year = uses.half_year
)
select person_id, code from groups
union all
select person_id, law as code from laws
union all
select groups.person_id, groups.code || laws.law as code
from groups
inner join laws on groups.person_id = laws.person_id
