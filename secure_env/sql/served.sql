-- Everyone with a provision.
select distinct person_key as served_key from held
