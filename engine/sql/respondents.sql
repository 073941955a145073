-- Respondents in every region, and those of every answer. The regions are of gemeenten that
-- take part. A respondent counts once per cell, in the total with any statement.
with borne as (
    select gemeente, respondent, statement || answer as code from answers
    union all
    select gemeente, respondent, statement || 'XE' as code from answers where answer <> 'E'
    union all
    select gemeente, respondent, statement || 'XO' as code from answers where answer <> 'O'
    union all
    select gemeente, respondent, {total} as code from answers
),
counted as (
    select
        regions.ancestor as region, codes.ancestor as code,
        count(distinct borne.respondent) as value
    from borne
    inner join codes on borne.code = codes.code
    inner join region_codes as regions on borne.gemeente = regions.code
    group by regions.ancestor, codes.ancestor
)
select frame.position, cast(coalesce(counted.value, 0) as bigint) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.code = counted.code
order by frame.position
