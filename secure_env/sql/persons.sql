-- What is known of everyone with a provision.
select births.person_key, births.sex, births.age, births.reached_pension_age
from births
inner join served on births.person_key = served.person_key
