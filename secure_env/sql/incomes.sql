-- Everyone's income of the household in whole thousands of euros, as fine as any table has it.
select person_key, least(income // 1000, 999) as income
from inkomen
