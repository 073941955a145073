-- Inhabitants on 1 January by age and by sex; wijk null: unknown, which a wijk is that the
-- gemeente does not have.
with known as (
    select homes.gemeente, homes.wijk, births.age_on_first, births.sex, count(*) as inhabitants
    from homes
    inner join births on homes.person_key = births.person_key
    where homes.on_first
    group by homes.gemeente, homes.wijk, births.age_on_first, births.sex
),
coded as (
    select gemeente, wijk, 'age' as characteristic, cast(age_on_first as string) as code, inhabitants
    from known
    union all
    select gemeente, wijk, 'sex' as characteristic, sex as code, inhabitants
    from known
)
select
    coded.gemeente,
    regio.wijk,
    coded.characteristic,
    coded.code,
    cast(sum(coded.inhabitants) as bigint) as inhabitants
from coded
left join regio on coded.wijk = regio.wijk and coded.gemeente = regio.gemeente
where coded.code is not null
group by coded.gemeente, regio.wijk, coded.characteristic, coded.code
order by
    coded.gemeente asc nulls last, regio.wijk asc nulls last, coded.characteristic asc,
    coded.code asc
