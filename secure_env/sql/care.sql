-- By which of Wlz and Zvw each person had care in the half-year.
select
    person_key,
    case
        when count(distinct law) = 2 then 'BEIDE'
        else max(law)
    end as care
from wlzzvw
where {ran}
group by person_key
