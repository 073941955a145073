-- Everyone with a provision who had an address in more than one gemeente in the period.
select homes.person_key
from homes
inner join served on homes.person_key = served.person_key
where homes.in_period
group by homes.person_key
having count(distinct homes.gemeente) > 1
