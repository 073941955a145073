-- Where everyone with a provision lives on the reference date; a wijk that the gemeente
-- does not have is unknown.
select newest_homes.person_key, newest_homes.gemeente, regio.wijk
from newest_homes
left join regio
    on newest_homes.wijk = regio.wijk and newest_homes.gemeente = regio.gemeente
