-- The codes of everyone in the start group: per later half-year one within the household
-- type and one or more within each law at the start; and one for the way out.
with later as (
    select person_id, half_year, cast(half_year as string) as number, state
    from states
    where half_year > 1
),
laws as (
    select distinct
        person_id,
        case domain when 'jeugd' then 'J' when 'pwet' then 'P' when 'wsw' then 'V' when 'wmo' then 'W' end as law
    from uses
    where on_start
),
outcomes as (
    select person_id, number, state as outcome from later where state in ('N', 'X')
    union all
    select later.person_id, later.number, every_law.law as outcome
    from later
    inner join every_law on later.state like '%' || every_law.law || '%'
),
ways as (
    select
        person_id,
        min(case when state = 'N' then half_year end) as left_in,
        min(case when state = 'X' then half_year end) as lost_in,
        max(case when state not in ('N', 'X') then half_year end) as used_in
    from later
    group by person_id
),
way_codes as (
    select
        person_id,
        case
            when left_in is null and lost_in is null then 'S'
            when left_in is null or lost_in < left_in
                then 'L' || cast(lost_in as string)
            when left_in = {last} then 'E' || cast(left_in as string)
            when used_in > left_in then 'E' || cast(left_in as string) || 'R'
            else 'E' || cast(left_in as string) || 'B'
        end as code
    from ways
)
select
    later.person_id,
    household_groups.code || later.number
    || case when later.state in ('N', 'X') then later.state else 'U' end as code
from later
inner join persons on later.person_id = persons.person_id
inner join household_groups on coalesce(persons.household_type, '') = household_groups.type
union all
select laws.person_id, laws.law || outcomes.number || outcomes.outcome as code
from laws
inner join outcomes on laws.person_id = outcomes.person_id
union all
select person_id, code from way_codes where {last} > 2
