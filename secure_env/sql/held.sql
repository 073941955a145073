-- All provisions of the period together, and the early warnings.
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from wmo_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from jeugd_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from bus_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from srg_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from wsw_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente, detail, financing, reason, referrer,
    crisis, living_arrangement, hours, perspective, ended_before
from vroegsignalen_held
