-- The uses of the persons of the cohort.
select uses.person_id, uses.half_year, uses.domain, uses.starts, uses.on_start
from uses
inner join persons on uses.person_id = persons.person_id
order by person_id asc nulls last, half_year asc nulls last, domain asc nulls last
