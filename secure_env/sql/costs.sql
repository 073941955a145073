-- What each gemeente paid, by kind and to whom: for a client by the Wmo, where a budget of
-- the own has no provider, so that the client is paid it; and in all, for users that are
-- told in number only, where budgets together, or what the gemeente did itself, have none.
with totals as (
    select
        gemeente, 'jeugd' as domain,
        case kind when '1' then 'JH' when '2' then 'JB' when '3' then 'JR' end as type,
        form as kind, provider, clients as users, costs
    from jeugdkosten
    where kind in ('1', '2', '3')
    union all
    select gemeente, 'sbo' as domain, 'SB' as type, kind, provider, users, costs
    from sbo
    union all
    select
        gemeente, 'care' as domain, law as type, kind, law as provider,
        clients as users, costs
    from wlzzvwkosten
),
paid as (
    select
        wmokosten.gemeente,
        'wmo' as domain,
        main_groups.main_group as type,
        main_groups.main_group || wmokosten.type as detail,
        coalesce(wmokosten.provider, wmokosten.person_key) as contributor,
        wmokosten.person_key as person_id,
        1 as users,
        cast(sum(100 * wmokosten.costs) as bigint) as cents
    from wmokosten
    inner join main_groups on wmokosten.type = main_groups.category
    where wmokosten.person_key is not null
    group by
        wmokosten.gemeente, main_groups.main_group, wmokosten.type, wmokosten.provider,
        wmokosten.person_key
    union all
    select
        gemeente,
        domain,
        type,
        type || coalesce(kind, '') as detail,
        coalesce(provider, gemeente) as contributor,
        cast(null as string) as person_id,
        coalesce(sum(users), 0) as users,
        cast(coalesce(sum(100 * costs), 0) as bigint) as cents
    from totals
    group by gemeente, domain, type, kind, provider
)
select gemeente, domain, type, detail, contributor, person_id, users, cents
from paid
order by
    gemeente asc, domain asc, detail asc, contributor asc, person_id asc nulls first
