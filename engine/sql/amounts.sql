-- Whole amounts (thousands of euros that were spent, days that were lived, users that were
-- told), in every region and of every code, with who was paid most and on how many clients.
-- Of totals without persons these are at least as many as the largest total of a gemeente has. A contribution is rounded where it is smallest (one
-- gemeente, kind and contributor), so that cells add up; one below zero is none.
with spent as (
    select gemeente, type, detail, contributor, person_id, users, {amount} as amount
    from {source}
    where gemeente in (select gemeente from participating)
),
given as (
    select
        gemeente, type, detail, contributor,
        cast(floor((sum(amount) + {half}) / {whole}) as bigint) as amount
    from spent
    group by gemeente, type, detail, contributor
),
kinds as (
    select distinct spent.type, spent.detail, codes.ancestor as code
    from spent
    inner join codes on spent.type = codes.code or spent.detail = codes.code
    union
    select distinct type, detail, {total} as code
    from spent
),
amounts as (
    select
        regions.ancestor as region, kinds.code, given.contributor,
        sum(given.amount) as amount
    from given
    inner join region_codes as regions on given.gemeente = regions.code
    inner join kinds on given.type = kinds.type and given.detail = kinds.detail
    where given.amount > 0
    group by regions.ancestor, kinds.code, given.contributor
),
ranked as (
    select
        region, code, amount,
        row_number() over (
            partition by region, code
            order by amount desc nulls last, contributor asc nulls last
        ) as place
    from amounts
),
paid as (
    select
        region, code, sum(amount) as value, count(*) as contributors,
        max(case when place = 1 then amount else 0 end) as largest,
        max(case when place = 2 then amount else 0 end) as second_largest
    from ranked
    group by region, code
),
served as (
    select regions.ancestor as region, kinds.code, count(distinct spent.person_id) as clients
    from spent
    inner join region_codes as regions on spent.gemeente = regions.code
    inner join kinds on spent.type = kinds.type and spent.detail = kinds.detail
    group by regions.ancestor, kinds.code
),
told as (
    select spent.gemeente, kinds.code, max(spent.users) as users
    from spent
    inner join kinds on spent.type = kinds.type and spent.detail = kinds.detail
    where spent.person_id is null
    group by spent.gemeente, kinds.code
),
users as (
    select regions.ancestor as region, told.code, sum(told.users) as users
    from told
    inner join region_codes as regions on told.gemeente = regions.code
    group by regions.ancestor, told.code
)
select
    frame.position,
    cast(coalesce(paid.value, 0) as bigint) as value,
    cast(coalesce(paid.contributors, 0) as bigint) as contributors,
    cast(coalesce(paid.largest, 0) as bigint) as largest,
    cast(coalesce(paid.second_largest, 0) as bigint) as second_largest,
    cast(coalesce(served.clients, 0) + coalesce(users.users, 0) as bigint) as clients
from frame
left join paid on frame.region = paid.region and frame.code = paid.code
left join served on frame.region = served.region and frame.code = served.code
left join users on frame.region = users.region and frame.code = users.code
order by frame.position
