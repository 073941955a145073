-- A measure that one institution hands over to another, which takes it over the day after
-- (Regeling Jeugdwet, annex 2: the first gives the start, the last the end and the reason).
-- Where the dates of the hand-over are not given, the end without a reason and the begin.
select one.record as one, other.record as other
from jeugd_records as one
inner join jeugd_records as other
    on one.person_key = other.person_key
    and one.kind = other.kind
    and one.form = other.form
    and coalesce(other.taken_over, other.starts)
        = cast(coalesce(one.handed_over, one.ends) + interval '1' day as date)
where one.kind in ('2', '3')
    and one.provider <> other.provider
    and one.reason is null
