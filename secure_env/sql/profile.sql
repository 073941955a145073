-- Inhabitants on 1 January by age, sex, income, origin and household; wijk null: unknown, which a wijk is
-- that the gemeente does not have. Who is not in the register of income has an income that is
-- not known.
with known as (
    select homes.gemeente, homes.wijk, births.age_on_first, births.sex, count(*) as inhabitants
    from homes
    inner join births on homes.person_key = births.person_key
    where homes.on_first
    group by homes.gemeente, homes.wijk, births.age_on_first, births.sex
),
earning as (
    select homes.gemeente, homes.wijk, incomes.income, count(*) as inhabitants
    from homes
    left join incomes on homes.person_key = incomes.person_key
    where homes.on_first
    group by homes.gemeente, homes.wijk, incomes.income
),
coming as (
    select homes.gemeente, homes.wijk, origins.origin, count(*) as inhabitants
    from homes
    inner join origins on homes.person_key = origins.person_key
    where homes.on_first
    group by homes.gemeente, homes.wijk, origins.origin
),
coded as (
    select gemeente, wijk, 'age' as characteristic, cast(age_on_first as string) as code, inhabitants
    from known
    union all
    select gemeente, wijk, 'sex' as characteristic, sex as code, inhabitants
    from known
    union all
    select
        gemeente, wijk, 'income' as characteristic,
        coalesce(cast(income as string), 'ONB') as code, inhabitants
    from earning
    union all
    select gemeente, wijk, 'origin' as characteristic, origin as code, inhabitants
    from coming
    union all
    select
        gemeente, wijk, 'household' as characteristic,
        case
            when type = '1' then 'EEN'
            when type in ('2', '3') then 'PAAR'
            when type in ('4', '5') then 'PAARKIND'
            when type = '6' then 'OUDER'
            when type = '7' then 'OVERIG'
            when type = '8' then 'INST'
        end as code,
        inhabitants
    from living
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
