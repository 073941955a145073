-- Everyone's origin.
select person_key, origin
from herkomst
