-- How many units bear each code, in every region. A unit counts once per cell, however
-- many of its provisions bear the code, and has one place. Units with one row each that
-- bear alike are counted before their codes are looked up; one of them stands for all.
with alike as (
    select
        case when not {alone} then unit end as itself, {codes},
        min(unit) as unit, greatest(count(case when {alone} then 1 end), 1) as units
    from borne
    where {rows}
    group by all
),
said as (
    select
        alike.unit, alike.place, alike.units, {first} as first_code, {second} as second_code
    from alike
    cross join first_aspects
    cross join second_aspects
),
contributions as (
    select distinct
        said.unit, said.place, said.units, firsts.ancestor as first_code, seconds.ancestor as second_code
    from said
    inner join first_codes as firsts on said.first_code = firsts.code
    inner join second_codes as seconds on said.second_code = seconds.code
),
leaves as (
    select place, first_code, second_code, sum(units) as units
    from contributions
    group by place, first_code, second_code
),
counted as (
    select
        regions.ancestor as region, leaves.first_code, leaves.second_code,
        cast(sum(leaves.units) as bigint) as value
    from leaves
    inner join region_codes as regions on leaves.place = regions.code
    group by regions.ancestor, leaves.first_code, leaves.second_code
)
select frame.position, coalesce(counted.value, 0) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.first_code = counted.first_code
    and frame.second_code = counted.second_code
order by frame.position
