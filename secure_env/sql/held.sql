-- All provisions of the period together.
select person_key, domain, type, provision_id, starts, ends, gemeente from wmo_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente from jeugd_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente from bus_held
union all
select person_key, domain, type, provision_id, starts, ends, gemeente from srg_held
