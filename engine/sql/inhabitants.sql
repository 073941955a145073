-- Inhabitants of 1 January in every region, and those of every code of a characteristic; of
-- the gemeenten that take part. Who lives in no known wijk counts in the gemeente.
with everybody as (
    select coalesce(wijk, gemeente) as place, {total} as code, inhabitants
    from population
    where gemeente in (select gemeente from participating)
    union all
    select coalesce(profile.wijk, profile.gemeente) as place, codes.ancestor as code, profile.inhabitants
    from profile
    inner join codes on profile.code = codes.code
    where profile.characteristic = {characteristic}
        and codes.ancestor <> {total}
        and profile.gemeente in (select gemeente from participating)
),
counted as (
    select
        regions.ancestor as region, everybody.code,
        cast(sum(everybody.inhabitants) as bigint) as value
    from everybody
    inner join region_codes as regions on everybody.place = regions.code
    group by regions.ancestor, everybody.code
)
select frame.position, coalesce(counted.value, 0) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.code = counted.code
order by frame.position
