-- Which two Wmo records belong to one arrangement (CBS, microdata Wmo): the same person,
-- gemeente and type, and the same allocation number where the gemeente always gives one;
-- elsewhere the same financing and reason, and either equal dates or a begin within three
-- days of the end of the other.
select one.record as one, other.record as other
from wmo_records as one
inner join wmo_records as other
    on one.person_key = other.person_key
    and one.gemeente = other.gemeente
    and one.type = other.type
    and one.allocation = other.allocation
where one.allocated and one.record < other.record
union all
select one.record as one, other.record as other
from wmo_records as one
inner join wmo_records as other
    on one.person_key = other.person_key
    and one.gemeente = other.gemeente
    and one.type = other.type
    and one.financing is not distinct from other.financing
    and one.reason is not distinct from other.reason
where not one.allocated
    and one.record <> other.record
    and (
        (one.starts = other.starts and one.ends is not distinct from other.ends)
        or other.starts between cast(one.ends - interval '3' day as date)
        and cast(one.ends + interval '3' day as date)
    )
