-- How many persons have each code, in every region of the start date: a person counts
-- once per code and has one place.
with contributions as (
    select distinct facts.person_id, codes.ancestor as code
    from facts
    inner join {dimension}_codes as codes on facts.code = codes.code
),
leaves as (
    select
        coalesce(persons.wijk, persons.gemeente) as place,
        contributions.code,
        count(*) as persons
    from contributions
    inner join persons on contributions.person_id = persons.person_id
    group by coalesce(persons.wijk, persons.gemeente), contributions.code
),
counted as (
    select regions.ancestor as region, leaves.code, cast(sum(leaves.persons) as bigint) as value
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
