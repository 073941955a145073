-- The private household of everyone with a provision, on the reference date.
with ranked as (
    select
        person_key, household,
        row_number() over (
            partition by person_key
            order by starts desc nulls last, household asc nulls last
        ) as newest
    from members
    where on_reference
)
select person_key, household from ranked where newest = 1
