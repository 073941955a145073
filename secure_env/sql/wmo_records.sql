-- The Wmo records of known persons of both halves of the year, numbered the same way
-- whatever their order was. A record that both halves have is one record, and the later
-- half knows its end. `allocated`: the gemeente gave every record of the year a number.
-- `delivered`: the half-year that is linked has the record, or a half of the year. `hours`: whole hours a week, of
-- what is delivered in minutes (01), hours (04) or parts of a day of four hours (16), a day
-- (1), a week (2) or a month (4).
with delivered as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends,
        intensity, unit, frequency, {own} as half
    from wmo
    union all
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends,
        intensity, unit, frequency, {other} as half
    from wmo_other
),
timed as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends, half,
        cast(floor(
            try_cast(intensity as bigint)
            * case unit when '01' then 1 when '04' then 60 when '16' then 240 end
            * case frequency when '1' then 84 when '2' then 12 when '4' then 3 end
            / 720
        ) as bigint) as hours
    from delivered
),
versions as (
    select
        person_key, gemeente, allocation, type, financing, reason, starts, ends, half,
        case when hours between 0 and 168 then hours end as hours,
        count(*) over (partition by gemeente)
        = count(allocation) over (partition by gemeente) as allocated,
        max(half) over (
            partition by person_key, gemeente, allocation, type, financing, starts
        ) as newest,
        max(case when half in ({asked}) then 1 else 0 end) over (
            partition by person_key, gemeente, allocation, type, financing, starts
        ) = 1 as delivered
    from timed
)
select
    row_number() over (
        order by
            person_key asc nulls last, gemeente asc nulls last, type asc nulls last,
            starts asc nulls last, ends asc nulls last, financing asc nulls last,
            reason asc nulls last, allocation asc nulls last, hours asc nulls last,
            half asc
    ) - 1 as record,
    person_key, gemeente, allocation, type, financing, reason, starts, ends, half,
    allocated, delivered, hours
from versions
where person_key is not null and half = newest
