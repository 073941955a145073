-- Everyone with a life event in the years before the start date: the event, and whether a
-- provision ran in the first half-year.
with used as (select distinct person_id from uses where half_year = 1)
select distinct
    events.person_id,
    events.event || case when used.person_id is null then 'N' else 'U' end as code
from events
left join used on events.person_id = used.person_id
where events.day >= {since} and events.day < {start}
