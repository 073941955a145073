-- What is known of everyone with a provision; of care by Wlz and Zvw if it was delivered.
select
    served.person_key, births.sex, births.age, births.reached_pension_age, incomes.income,
    origins.origin, case when {delivered} = 1 then coalesce(care.care, 'GEEN') end as care
from served
left join births on served.person_key = births.person_key
left join incomes on served.person_key = incomes.person_key
left join origins on served.person_key = origins.person_key
left join care on served.person_key = care.person_key
