-- What units bear by each of their provisions: a row per unit and provision, with the codes
-- that the tables of an indicator ask for. A provision that partners share is one (held),
-- from the first begin to the last end. Its weight: residence and shelter 3, support at
-- home and other help 2, the rest 1. What is said of all provisions of a unit together is
-- said of the unit (units), which has one place. What has no unit (null) counts nowhere.
-- What units had beside what is counted (uses) is looked at where a table asks for it.
with facts as (
    select
        {unit} as unit, {place} as place, person_id, provision_id, domain, type, detail, financing, crisis,
        reason, referrer, living_arrangement, hours, perspective, starts, ends, age, sex,
        reached_pension_age, household_type, household_place, income, origin, care,
        least(ended_before, min(ends) over (partition by person_id)) < starts as again
    from provisions
    where {where}
        and (gemeente is null or gemeente in (select gemeente from participating))
        and (
            client_gemeente is null
            or client_gemeente in (select gemeente from participating)
        )
),
held as (
    select
        unit, provision_id,
        max(place) as place, max(domain) as domain, max(type) as type,
        max(detail) as detail, max(financing) as financing, max(reason) as reason,
        max(referrer) as referrer, bool_or(crisis) as crisis,
        max(living_arrangement) as living_arrangement,
        max(hours) as hours,
        max(perspective) as perspective,
        max(
            case
                when type = 'VO' or detail in ('JH11', 'JH12', 'JH13', 'JH14') then 3
                when type = 'OT' or detail in ('JH02', 'JH03', 'JH04') then 2
                else 1
            end
        ) as weight,
        min(starts) as starts,
        case when count(*) = count(ends) then max(ends) end as ends,
        bool_or(again) as again,
        max(age) as age,
        max(sex) as sex, max(household_type) as household_type,
        max(household_place) as household_place, max(income) as income,
        max(origin) as origin,
        max(care) as care,
        max(case when reached_pension_age then 1 else 0 end) as reached,
        count(reached_pension_age) as known
    from facts
    where unit is not null
    group by unit, provision_id
),
units as (
    select
        unit,
        max(place) as place,
        count(*) as provisions,
        min(provision_id) as first_provision,
        max(case when domain = 'jeugd' then 'J' else '' end)
        || max(case when domain = 'pwet' then 'P' else '' end)
        || max(case when domain = 'wmo' then 'W' else '' end) as combination,
        case when count(*) < 6 then cast(count(*) as string) else '6+' end as number,
        max(case when financing = '1' then 'Z' else '' end)
        || max(case when financing = '2' then 'P' else '' end) as financing,
        max(case when type = 'JH' then 'H' else '' end)
        || max(case when type = 'JB' then 'B' else '' end)
        || max(case when type = 'JR' then 'R' else '' end) as measures,
        case when count(*) = 2 then min(type) || max(type) end as types,
        case when count(*) = 2 then min(detail) || max(detail) end as details,
        max(age) as age,
        max(sex) as sex,
        max(household_type) as household_type,
        max(household_place) as household_place,
        max(income) as income,
        max(origin) as origin,
        max(care) as care,
        max(reached) as reached,
        max(known) as known,
        max(case when starts < first_day then weight end) as heaviest_at_start,
        max(case when ends is null or ends > last_day then weight end) as heaviest_at_end,
        case
            when bool_or(domain = 'wmo' and reason = '12') then 'UB'
            when bool_or(domain = 'wmo' and reason = '13') then 'UZ'
            when bool_or(domain = 'wmo' and reason = '14') then 'UW'
            else 'UO'
        end as went_to
    from held
    cross join half_year
    group by unit
),
beside as (
    select {unit} as unit, domain
    from provisions
    where {beside}
        and (gemeente is null or gemeente in (select gemeente from participating))
        and (
            client_gemeente is null
            or client_gemeente in (select gemeente from participating)
        )
),
uses as (
    select
        unit,
        max(case when domain = 'jeugd' then 'J' else '' end)
        || max(case when domain = 'pwet' then 'P' else '' end)
        || max(case when domain = 'wmo' then 'W' else '' end) as laws
    from beside
    group by unit
)
select
    {codes},
    units.place,
    held.provision_id = units.first_provision as is_first,
    units.provisions = 1 as is_only
from held
inner join units on held.unit = units.unit
left join uses on held.unit = uses.unit
