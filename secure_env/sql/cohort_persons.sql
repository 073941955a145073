-- Everyone with a provision or a life event who lives on the start date in a gemeente
-- that takes part in every half-year; a wijk that the gemeente does not have is unknown.
with relevant as (
    select person_id as person_key from uses
    union
    select person_key from gebeurtenissen
),
home as (
    select
        homes.person_key, homes.gemeente, homes.wijk,
        row_number() over (
            partition by homes.person_key
            order by
                homes.starts desc nulls last, homes.gemeente asc nulls last,
                homes.wijk asc nulls last
        ) as newest
    from homes
    inner join relevant on homes.person_key = relevant.person_key
    where homes.on_start
),
member as (
    select
        members.person_key, members.type,
        row_number() over (
            partition by members.person_key
            order by members.starts desc nulls last, members.type asc nulls last
        ) as newest
    from members
    inner join relevant on members.person_key = relevant.person_key
)
select
    home.person_key as person_id,
    home.gemeente,
    regions.wijk,
    member.type as household_type
from home
inner join participating on home.gemeente = participating.gemeente
left join regions on home.wijk = regions.wijk and home.gemeente = regions.gemeente
left join member on home.person_key = member.person_key and member.newest = 1
where home.newest = 1
order by person_id asc nulls last
