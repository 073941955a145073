-- Everyone with a provision or a life event who lives on the start date in a gemeente
-- that takes part in every half-year; a wijk that the gemeente does not have is unknown.
with member as (
    select
        members.person_key, members.type,
        row_number() over (
            partition by members.person_key
            order by members.starts desc nulls last, members.type asc nulls last
        ) as newest
    from members
    inner join newest_homes on members.person_key = newest_homes.person_key
)
select
    newest_homes.person_key as person_id,
    newest_homes.gemeente,
    regions.wijk,
    member.type as household_type
from newest_homes
inner join participating on newest_homes.gemeente = participating.gemeente
left join regions
    on newest_homes.wijk = regions.wijk and newest_homes.gemeente = regions.gemeente
left join member on newest_homes.person_key = member.person_key and member.newest = 1
order by person_id asc nulls last
