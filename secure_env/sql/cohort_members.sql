-- The household types of the start date. One pass over the register.
select person_key, type, starts
from huishoudens
where {on_start}
