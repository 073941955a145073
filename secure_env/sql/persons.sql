-- What is known of everyone with a provision.
select
    served.person_key, births.sex, births.age, births.reached_pension_age, incomes.income,
    origins.origin
from served
left join births on served.person_key = births.person_key
left join incomes on served.person_key = incomes.person_key
left join origins on served.person_key = origins.person_key
