-- The cells of one table, zeros included.
select frame.position, coalesce(counted.value, 0) as value
from frame
left join counted
    on frame.region = counted.region
    and frame.{dimension} = counted.code
order by frame.position
