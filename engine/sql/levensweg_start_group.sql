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
moves as (
    select
        states.person_id, states.state,
        cast(states.half_year as string) as number,
        later.number as next_number, later.state as next_state
    from states
    inner join later
        on states.person_id = later.person_id and states.half_year + 1 = later.half_year
),
groups as (
    select persons.person_id, household_groups.code as code
    from persons
    inner join household_groups on coalesce(persons.household_type, '') = household_groups.type
    union all
    select person_id, law as code from laws
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
returns as (
    select ways.person_id, 'E' || cast(ways.left_in as string) || 'R' as way, min(later.half_year) as half_year
    from ways
    inner join later
        on ways.person_id = later.person_id
        and ways.left_in < later.half_year
        and later.state not in ('N', 'X')
    where ways.lost_in is null or ways.left_in < ways.lost_in
    group by ways.person_id, ways.left_in
),
way_codes as (
    select
        person_id,
        case
            when left_in is null and lost_in is null then 'S'
            when left_in is null or lost_in < left_in
                then 'L' || cast(lost_in as string)
            else 'E' || cast(left_in as string)
        end as way,
        case
            when left_in is null or lost_in < left_in or left_in = {last} then ''
            when used_in > left_in then 'R'
            else 'B'
        end as back
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
select person_id, way || back as code from way_codes where {last} > 2
union all
select way_codes.person_id, groups.code || way_codes.way as code
from way_codes
inner join groups on way_codes.person_id = groups.person_id
union all
select returns.person_id, returns.way || cast(returns.half_year as string) as code
from returns
union all
select returns.person_id, returns.way || every_law.law as code
from returns
inner join states
    on returns.person_id = states.person_id and returns.half_year = states.half_year
inner join every_law on states.state like '%' || every_law.law || '%'
union all
select
    moves.person_id,
    'K' || moves.number || every_law.law
    || case
        when moves.next_state like '%' || every_law.law || '%' then every_law.law
        else outcomes.outcome
    end as code
from moves
inner join every_law on moves.state like '%' || every_law.law || '%'
inner join outcomes
    on moves.person_id = outcomes.person_id and moves.next_number = outcomes.number
union all
select
    moves.person_id,
    'K' || moves.number || case when moves.state in ('N', 'X') then 'O' else 'A' end || every_law.law as code
from moves
inner join every_law
    on moves.next_state like '%' || every_law.law || '%'
    and moves.state not like '%' || every_law.law || '%'
