-- How many units have each combination of laws and each number of provisions, in every
-- region: all provisions of a unit count together, a shared one once.
with facts as (
    select {unit} as unit, {place} as place, provision_id, domain
    from provisions
    where {where}
        and (gemeente is null or gemeente in (select gemeente from participating))
        and (
            client_gemeente is null
            or client_gemeente in (select gemeente from participating)
        )
),
held as (
    select unit, provision_id, max(place) as place, max(domain) as domain
    from facts
    group by unit, provision_id
),
stacked as (
    select
        max(place) as place,
        max(case when domain = 'jeugd' then 'J' else '' end)
        || max(case when domain = 'pwet' then 'P' else '' end)
        || max(case when domain = 'wmo' then 'W' else '' end) as combination,
        case when count(*) < 6 then cast(count(*) as string) else '6+' end as number
    from held
    group by unit
),
leaves as (
    select place, combination, number, count(*) as units
    from stacked
    group by place, combination, number
),
counted as (
    select
        regions.ancestor as region,
        combinations.ancestor as combination,
        numbers.ancestor as number,
        cast(sum(leaves.units) as bigint) as value
    from leaves
    inner join region_codes as regions on leaves.place = regions.code
    inner join combination_codes as combinations on leaves.combination = combinations.code
    inner join number_codes as numbers on leaves.number = numbers.code
    group by regions.ancestor, combinations.ancestor, numbers.ancestor
)
select frame.position, coalesce(counted.value, 0) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.combination = counted.combination
    and frame.number = counted.number
order by frame.position
