-- All provisions of the period together.
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement
from wmo_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement
from jeugd_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement
from bus_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement
from srg_held
