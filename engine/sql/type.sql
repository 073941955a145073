-- How many units have each type of provision, in every region: a unit counts once per
-- code, however many of its provisions bear it, and has one place.
with facts as (
    select {unit} as unit, {place} as place, type
    from provisions
    where {where}
        and (gemeente is null or gemeente in (select gemeente from participating))
        and (
            client_gemeente is null
            or client_gemeente in (select gemeente from participating)
        )
),
placed as (
    select unit, max(place) as place
    from facts
    group by unit
),
contributions as (
    select distinct facts.unit, placed.place, codes.ancestor as code
    from facts
    inner join placed on facts.unit = placed.unit
    inner join {dimension}_codes as codes on facts.type = codes.code
),
leaves as (
    select place, code, count(*) as units
    from contributions
    group by place, code
),
counted as (
    select regions.ancestor as region, leaves.code, cast(sum(leaves.units) as bigint) as value
    from leaves
    inner join region_codes as regions on leaves.place = regions.code
    group by regions.ancestor, leaves.code
)
select frame.position, coalesce(counted.value, 0) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.{dimension} = counted.code
order by frame.position
