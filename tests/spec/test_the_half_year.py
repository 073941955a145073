"""Chapter of the specification: when a provision counts for a half-year."""

title = "The half-year"
text = """
The first half-year of 2023 runs from 1 January to 30 June. Both the first and the last
day of a provision belong to it; a provision without a last day still runs.
"""


def test_during(spec):
    """One day in the half-year is enough; the day before and the day after are not."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H1",
        given="""
            person               | starts     | ends
            ---------------------+------------+-----------
            all of it            | 2023-01-01 | 2023-06-30
            until the first day  | 2022-03-01 | 2023-01-01
            from the last day    | 2023-06-30 | 2024-03-01
            around it            | 2022-03-01 | 2024-03-01
            ended the day before | 2022-03-01 | 2022-12-31
            starts the day after | 2023-07-01 | 2024-03-01
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       4
        """,
    )


def test_a_provision_of_one_day(spec):
    """The first day is the last day: it counts when that day does."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H1",
        given="""
            person         | starts     | ends
            ---------------+------------+-----------
            first day      | 2023-01-01 | 2023-01-01
            last day       | 2023-06-30 | 2023-06-30
            day before     | 2022-12-31 | 2022-12-31
            day after      | 2023-07-01 | 2023-07-01
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
        """,
    )


def test_an_open_end_still_runs(spec):
    """However long ago it began; but not before it begins."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H1",
        given="""
            person         | starts     | ends
            ---------------+------------+------
            since long     | 2015-01-01 |
            this half-year | 2023-04-01 |
            last day       | 2023-06-30 |
            not yet        | 2023-07-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       3
        """,
    )


def test_the_second_half_year(spec):
    """From 1 July to 31 December."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H2",
        given="""
            person          | starts     | ends
            ----------------+------------+-----------
            until 30 June   | 2023-01-01 | 2023-06-30
            until 1 July    | 2023-01-01 | 2023-07-01
            from 31 Dec     | 2023-12-31 |
            from 1 Jan      | 2024-01-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
        """,
    )


def test_on_the_reference_date(spec):
    """It runs on the last day of the half-year."""
    spec(
        indicator="STA_CLIENTEN",
        time="on_reference_date",
        period="2023-H1",
        given="""
            person               | starts     | ends
            ---------------------+------------+-----------
            until that day       | 2022-03-01 | 2023-06-30
            from that day        | 2023-06-30 | 2023-09-01
            still runs           | 2023-02-01 |
            ended the day before | 2023-02-01 | 2023-06-29
            starts the day after | 2023-07-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       3
        """,
    )


def test_started_in(spec):
    """Its first day lies in the half-year, whenever it ends."""
    spec(
        indicator="STA_CLIENTEN",
        time="started_in",
        period="2023-H1",
        given="""
            person       | starts     | ends
            -------------+------------+-----------
            first day    | 2023-01-01 | 2023-02-01
            last day     | 2023-06-30 |
            day before   | 2022-12-31 | 2023-02-01
            day after    | 2023-07-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
        """,
    )


def test_ended_in(spec):
    """Its last day lies in the half-year, whenever it started; not if it still runs."""
    spec(
        indicator="STA_CLIENTEN",
        time="ended_in",
        period="2023-H1",
        given="""
            person       | starts     | ends
            -------------+------------+-----------
            first day    | 2022-03-01 | 2023-01-01
            last day     | 2023-06-30 | 2023-06-30
            day before   | 2022-03-01 | 2022-12-31
            day after    | 2023-02-01 | 2023-07-01
            still runs   | 2023-02-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
        """,
    )


def test_what_does_not_count_in_time_is_not_stacked_either(spec):
    """Anna's Jeugd provision is over: she has one provision, from the Wmo only."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-H1",
        given="""
            person | domain | starts     | ends
            -------+--------+------------+-----------
            anna   | wmo    | 2022-03-01 |
            anna   | jeugd  | 2022-03-01 | 2022-12-31
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | W           | 1      |       1
            NL     | JW          | T      |       0
            NL     | T           | 2      |       0
        """,
    )
