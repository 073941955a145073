-- Inhabitants on 1 January by the type of their household; of several a private one first.
with living_in as (
    select person_key, min(type) as type
    from members
    where on_first
    group by person_key
)
select homes.gemeente, homes.wijk, living_in.type, count(*) as inhabitants
from homes
inner join living_in on homes.person_key = living_in.person_key
where homes.on_first
group by homes.gemeente, homes.wijk, living_in.type
