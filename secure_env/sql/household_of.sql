-- The private household of everyone with a provision, on the reference date.
with ranked as (
    select
        members.person_key, members.household,
        row_number() over (
            partition by members.person_key
            order by members.starts desc nulls last, members.household asc nulls last
        ) as newest
    from members
    inner join served on members.person_key = served.person_key
    where members.on_reference
)
select person_key, household from ranked where newest = 1
