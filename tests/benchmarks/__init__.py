"""What work costs, beside what others need for the same: `make bench`.

A bench is a module here with a function `lines(*, national)`. Nothing in `make test`
asserts a time; this prints a table to read.
"""
