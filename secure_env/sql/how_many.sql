-- How many rows a table has.
select count(*) as many from {table}
