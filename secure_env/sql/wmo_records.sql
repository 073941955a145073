-- The Wmo records of known persons of both halves of the year, numbered the same way
-- whatever their order was. A record that both halves have is one record, and the later
-- half knows its end. `allocated`: the gemeente gave every record of the year a number.
-- `delivered`: the half-year that is linked has the record.
with delivered as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends,
        {own} as half
    from wmo
    union all
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends,
        {other} as half
    from wmo_other
),
versions as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends, half,
        count(*) over (partition by gemeente)
        = count(allocation) over (partition by gemeente) as allocated,
        max(half) over (
            partition by person_key, gemeente, allocation, type, financing, starts
        ) as newest,
        max(case when half = {own} then 1 else 0 end) over (
            partition by person_key, gemeente, allocation, type, financing, starts
        ) = 1 as delivered
    from delivered
)
select
    row_number() over (
        order by
            person_key asc nulls last, gemeente asc nulls last, type asc nulls last,
            starts asc nulls last, ends asc nulls last, financing asc nulls last,
            reason asc nulls last, allocation asc nulls last, half asc
    ) - 1 as record,
    person_key, gemeente, allocation, type, financing, reason, starts, ends, half,
    allocated, delivered
from versions
where person_key is not null and half = newest
