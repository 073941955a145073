-- Everyone's sex and age in completed years on 1 January and on the reference date. One
-- pass over the register; joined to nothing, as the size of a stream is not known
-- beforehand.
select
    person_key,
    sex,
    {first_year} - year(birth_date)
    - case when 100 * month(birth_date) + day(birth_date) > {first_day} then 1 else 0 end
    as age_on_first,
    {reference_year} - year(birth_date)
    - case when 100 * month(birth_date) + day(birth_date) > {reference_day} then 1 else 0 end
    as age,
    birth_date <= {pensioned} as reached_pension_age
from personen
