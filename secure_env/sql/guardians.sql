-- Who has authority over whom on the reference date; not known is taken for a parent who
-- has it.
select person_key, parent as guardian
from ouders
where coalesce(authority, true)
    and (starts is null or starts <= {last})
    and (ends is null or ends >= {last})
