-- Every resident of the reference date with the group of the social-domain index: who uses
-- provisions of one law, of more than one, also care by the Wlz or Zvw, or none of all these. Who
-- has such care and no provision, or sheltered employment alone, is in none of the groups; nor is
-- who has provisions of gemeenten only that do not take part, whose records count nowhere.
with running as (
    select
        person_id,
        case
            when client_gemeente is null
                or client_gemeente in (select gemeente from participating)
                then domain
        end as domain
    from provisions
    where {ran} and domain <> 'signal'
),
used as (
    select
        person_id as person_key,
        max(case when domain = 'wmo' then 'W' else '' end)
        || max(case when domain = 'jeugd' then 'J' else '' end)
        || max(case when domain = 'pwet' then 'P' else '' end) as laws
    from running
    group by person_id
),
cared as (
    select distinct person_key
    from wlzzvw
    where {ran}
),
ranked as (
    select
        person_key, gemeente,
        row_number() over (
            partition by person_key
            order by starts desc nulls last, gemeente asc nulls last
        ) as newest
    from adressen
    where {lives}
)
select
    ranked.person_key as person_id, ranked.gemeente,
    case
        when used.laws is null then 'G'
        when cared.person_key is not null then 'V'
        when length(used.laws) > 1 then 'M'
        else used.laws
    end as index_group
from ranked
left join used on ranked.person_key = used.person_key
left join cared on ranked.person_key = cared.person_key
where ranked.newest = 1
    and ranked.gemeente in (select gemeente from participating)
    and (used.laws <> '' or (used.laws is null and cared.person_key is null))
