-- The gemeente that is responsible for youth care (woonplaatsbeginsel): the latest address
-- in the period of who has authority over the young person; their own from 18 on, and
-- where nobody with authority has an address. Of two with authority the one at the young
-- person's own address counts, then one in the same gemeente, then the first by key.
with young as (
    select distinct jeugd_held.person_key, people.birth_date > {eighteen} as is_minor
    from jeugd_held
    left join people on jeugd_held.person_key = people.person_key
),
choices as (
    select
        young.person_key,
        coalesce(theirs.gemeente, own.gemeente) as gemeente,
        case when theirs.gemeente is null then own.wijk else theirs.wijk end as wijk,
        row_number() over (
            partition by young.person_key
            order by
                case
                    when theirs.gemeente is null then 3
                    when theirs.wijk = own.wijk then 0
                    when theirs.gemeente = own.gemeente then 1
                    else 2
                end asc,
                guardians.guardian asc nulls last
        ) as choice
    from young
    left join guardians
        on young.person_key = guardians.person_key and young.is_minor
    left join newest_homes as theirs
        on guardians.guardian = theirs.person_key
    left join newest_homes as own
        on young.person_key = own.person_key
)
select choices.person_key, choices.gemeente, regio.wijk
from choices
left join regio on choices.wijk = regio.wijk and choices.gemeente = regio.gemeente
where choices.choice = 1 and choices.gemeente is not null
