-- Inhabitants and private households on 1 January; wijk null: unknown, which a wijk is
-- that the gemeente does not have.
with counted as (
    select
        homes.gemeente,
        homes.wijk,
        count(*) as inhabitants,
        count(households.person_key) as households
    from homes
    left join households on homes.person_key = households.person_key
    where homes.on_first
    group by homes.gemeente, homes.wijk
)
select
    counted.gemeente,
    regio.wijk,
    cast(sum(counted.inhabitants) as bigint) as inhabitants,
    cast(sum(counted.households) as bigint) as households
from counted
left join regio on counted.wijk = regio.wijk and counted.gemeente = regio.gemeente
group by counted.gemeente, regio.wijk
order by counted.gemeente asc nulls last, regio.wijk asc nulls last
