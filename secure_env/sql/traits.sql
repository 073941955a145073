-- Records without a number of which sex, birth date and gemeente are those of exactly one
-- person who lived there in the period.
select nobodies.person_key as nobody, min(people.person_key) as found
from nobodies
inner join people
    on nobodies.birth_date = people.birth_date and nobodies.sex = people.sex
inner join homes
    on people.person_key = homes.person_key and nobodies.gemeente = homes.gemeente
where homes.in_period
group by nobodies.person_key
having count(distinct people.person_key) = 1
