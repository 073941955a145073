-- Inhabitants and private households on 1 January; wijk null: unknown.
select
    homes.gemeente,
    homes.wijk,
    count(*) as inhabitants,
    count(households.person_key) as households
from homes
left join households on homes.person_key = households.person_key
where homes.on_first
group by homes.gemeente, homes.wijk
order by homes.gemeente asc nulls last, homes.wijk asc nulls last
