-- Of which domains everybody had a provision in a half-year. What concerns a gemeente
-- that does not take part in all of them is left out, as in every table.
select
    person_id,
    cast({number} as bigint) as half_year,
    domain,
    min(starts) as starts,
    bool_or({on_start}) as on_start
from provisions
where domain <> 'signal'
    and (gemeente is null or gemeente in (select gemeente from participating))
    and (
        client_gemeente is null
        or client_gemeente in (select gemeente from participating)
    )
group by person_id, domain
