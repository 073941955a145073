-- What each gemeente paid for its clients, by kind of provision and to whom. A budget of the
-- own has no provider: the client is paid it.
select
    wmokosten.gemeente,
    main_groups.main_group as type,
    main_groups.main_group || wmokosten.type as detail,
    coalesce(wmokosten.provider, wmokosten.person_key) as contributor,
    wmokosten.person_key as person_id,
    cast(sum(100 * wmokosten.costs) as bigint) as cents
from wmokosten
inner join main_groups on wmokosten.type = main_groups.category
where wmokosten.person_key is not null
group by
    wmokosten.gemeente, main_groups.main_group, wmokosten.type, wmokosten.provider,
    wmokosten.person_key
order by
    wmokosten.gemeente asc, detail asc, contributor asc, person_id asc
