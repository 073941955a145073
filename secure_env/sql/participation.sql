-- A gemeente takes part when it delivered for the period and did not object.
with gemeenten as (select distinct gemeente from regio),
delivered as (select distinct gemeente from wmo),
objecting as (
    select distinct gemeente
    from toestemming
    where lower(part) = 'wmo_basis' and not publishes
)
select
    gemeenten.gemeente,
    'wmo_basis' as part,
    delivered.gemeente is not null and objecting.gemeente is null as participates
from gemeenten
left join delivered on gemeenten.gemeente = delivered.gemeente
left join objecting on gemeenten.gemeente = objecting.gemeente
order by gemeenten.gemeente asc nulls last
