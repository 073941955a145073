-- Everyone with a provision.
select distinct person_key from held
