-- Where everyone with a provision lives on the reference date.
with ranked as (
    select
        person_key, gemeente, wijk,
        row_number() over (
            partition by person_key
            order by starts desc nulls last, gemeente asc nulls last, wijk asc nulls last
        ) as newest
    from homes
    where on_reference
)
select person_key, gemeente, wijk from ranked where newest = 1
