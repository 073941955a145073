-- The life events of the persons of the cohort; what two files say is one event.
select distinct persons.person_id, gebeurtenissen.event, gebeurtenissen.day
from gebeurtenissen
inner join persons on gebeurtenissen.person_key = persons.person_id
order by person_id asc nulls last, event asc nulls last, day asc nulls last
