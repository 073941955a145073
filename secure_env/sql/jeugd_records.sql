-- Jeugd records of persons, exact repetitions once, numbered the same way whatever
-- their order was. Of the half-year before only measures (protection, probation), to know
-- where they began; not those that a later half-year has again. `half` 2: the half-year that
-- is linked, or the second of the year, of which 1 is the first; 0: the half-year before.
with received as (
    select
        person_key, provider, kind, form, referrer, reason, starts, ends, handed_over,
        taken_over, gemeente, crisis, perspective, 2 as half
    from jeugd
    union all
    select
        person_key, provider, kind, form, referrer, reason, starts, ends, handed_over,
        taken_over, gemeente, crisis, perspective, 1 as half
    from jeugd_first
    union all
    select
        person_key, provider, kind, form, referrer, reason, starts, ends, handed_over,
        taken_over, gemeente, crisis, perspective, 0 as half
    from jeugd_previous
    where kind in ('2', '3')
),
delivered as (
    select
        person_key, provider, kind, form, referrer, reason, starts,
        coalesce(ends, handed_over) as ends, handed_over, taken_over,
        max(gemeente) as gemeente, bool_or(crisis) as crisis,
        max(perspective) as perspective, half
    from received
    where person_key is not null
    group by
        person_key, provider, kind, form, referrer, reason, starts, ends, handed_over,
        taken_over, half
),
versions as (
    select
        person_key, provider, kind, form, reason, referrer, crisis, perspective, gemeente, starts, ends,
        handed_over, taken_over, half,
        max(half) over (
            partition by person_key, provider, kind, form, starts
        ) as newest
    from delivered
)
select
    row_number() over (
        order by
            person_key asc nulls last, starts asc nulls last, ends asc nulls last,
            kind asc nulls last, form asc nulls last, provider asc nulls last,
            referrer asc nulls last, reason asc nulls last,
            handed_over asc nulls last, taken_over asc nulls last,
            crisis asc nulls last, perspective asc nulls last, half asc
    ) - 1 as record,
    person_key, provider, kind, form, referrer, crisis, perspective, reason, gemeente, starts, ends,
    handed_over, taken_over, half
from versions
where half = newest
