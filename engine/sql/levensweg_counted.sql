-- How many persons have each code, in every region of the start date: a person counts
-- once per code and has one place.
with contributions as (
    select distinct facts.person_id, codes.ancestor as code
    from facts
    inner join codes on facts.code = codes.code
),
leaves as (
    select
        coalesce(persons.wijk, persons.gemeente) as place,
        contributions.code,
        count(*) as persons
    from contributions
    inner join persons on contributions.person_id = persons.person_id
    group by coalesce(persons.wijk, persons.gemeente), contributions.code
)
select regions.ancestor as region, leaves.code, cast(sum(leaves.persons) as bigint) as value
from leaves
inner join region_codes as regions on leaves.place = regions.code
group by regions.ancestor, leaves.code
