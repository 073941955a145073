-- What each respondent answered to the four statements on effects of the Wmo, as far as they
-- were answered. A number is of one gemeente only.
with given as (
    select gemeente, respondent, '1' as statement, fits_need as answer from wmoceo
    union all
    select gemeente, respondent, '2' as statement, own_control as answer from wmoceo
    union all
    select gemeente, respondent, '3' as statement, copes_better as answer from wmoceo
    union all
    select gemeente, respondent, '4' as statement, lives_better as answer from wmoceo
)
select
    gemeente,
    gemeente || ' ' || respondent as respondent,
    statement,
    case when answer < '3' then 'E' when answer > '3' then 'O' else 'N' end as answer
from given
where answer is not null
order by respondent asc, statement asc
