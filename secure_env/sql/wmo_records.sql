-- The Wmo records of known persons, numbered the same way whatever their order was; and
-- whether the gemeente gave every record of its delivery an allocation number.
with delivered as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends,
        count(*) over (partition by gemeente) as records,
        count(allocation) over (partition by gemeente) as allocations
    from wmo
)
select
    row_number() over (
        order by
            person_key asc nulls last, gemeente asc nulls last, type asc nulls last,
            starts asc nulls last, ends asc nulls last, financing asc nulls last,
            reason asc nulls last, allocation asc nulls last
    ) - 1 as record,
    person_key, gemeente, allocation, type, financing, reason, starts, ends,
    records = allocations as allocated
from delivered
where person_key is not null
