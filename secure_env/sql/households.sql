-- One member of every private household of 1 January, to say where it lives.
select min(person_key) as person_key
from members
where on_first and type <> '8'
group by household
