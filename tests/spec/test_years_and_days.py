"""Chapter of the specification: when a provision counts for a year, or for a day."""

title = "Years and reference days"
text = """
A year, written `2023`, runs from 1 January to 31 December, and every word means what it
means for a half-year, with that first and that last day. It is not the sum of its
halves: who had something in both counts once. Households, addresses and ages are those
of 31 December, inhabitants those of 1 January. A reference day, written `2023-06-30` or
`2023-12-31`, is the last day of a half-year: who has something that runs on that day.
What starts, ends or moves has no figures of a day. Users that are told in totals, and
answers to a survey, have none of a year: nobody knows who is in both halves.
"""


def test_the_whole_year(spec):
    """One day in the year is enough, in either half; who has something in both counts
    once."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023",
        given="""
            person               | starts     | ends
            ---------------------+------------+-----------
            in the first half    | 2023-02-01 | 2023-03-31
            in the second half   | 2023-08-01 | 2023-09-30
            in both, twice       | 2023-02-01 | 2023-03-31
            in both, twice       | 2023-08-01 | 2023-09-30
            in both, once        | 2022-02-01 | 2024-03-31
            until the first day  | 2022-03-01 | 2023-01-01
            from the last day    | 2023-12-31 |
            ended the day before | 2022-03-01 | 2022-12-31
            starts the day after | 2024-01-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       6
        """,
    )


def test_a_household_of_the_year_combines_its_halves(spec):
    """The laws of a year are those of both halves: Wmo in the first and youth care in
    the second are a combination, which neither half has."""
    spec(
        indicator="STA_HUISHOUDENS",
        period="2023",
        given="""
            person | household | domain | type | starts     | ends
            -------+-----------+--------+------+------------+-----------
            anna   | dam 1     | wmo    | HH   | 2023-02-01 | 2023-03-31
            bram   | dam 1     | jeugd  | JH   | 2023-08-01 | 2023-09-30
        """,
        expect="""
            region | combination | households
            -------+-------------+-----------
            NL     | T           |          1
            NL     | JW          |          1
            NL     | W           |          0
        """,
    )


def test_the_course_of_a_year(spec):
    """There when the year began, started in it, ended in it, there when it was over."""
    spec(
        indicator="WMO_VOORZIENINGEN",
        shown="wmo_verloop",
        period="2023",
        given="""
            person       | starts     | ends
            -------------+------------+-----------
            all year     | 2022-02-01 |
            first half   | 2022-02-01 | 2023-06-30
            second half  | 2023-07-01 |
            last day     | 2023-07-01 | 2023-12-31
        """,
        expect="""
            region | course | provisions
            -------+--------+-----------
            NL     | B      |          2
            NL     | I      |          2
            NL     | U      |          2
            NL     | E      |          2
        """,
    )


def test_started_in_the_year(spec):
    """The first day lies in the year, in either half."""
    spec(
        indicator="STA_CLIENTEN",
        time="started_in",
        period="2023",
        given="""
            person        | starts     | ends
            --------------+------------+-----------
            year before   | 2022-12-31 |
            first half    | 2023-01-01 |
            second half   | 2023-12-31 |
            year after    | 2024-01-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       2
        """,
    )


def test_on_the_last_day_of_the_year(spec):
    """What runs on 31 December, that day and none before it."""
    spec(
        indicator="STA_CLIENTEN",
        period="2023-12-31",
        given="""
            person               | starts     | ends
            ---------------------+------------+-----------
            until that day       | 2022-03-01 | 2023-12-31
            from that day        | 2023-12-31 |
            still runs           | 2023-02-01 |
            ended the day before | 2023-02-01 | 2023-12-30
            starts the day after | 2024-01-01 |
        """,
        expect="""
            region | persons
            -------+--------
            NL     |       3
        """,
    )


def test_on_the_last_day_of_june(spec):
    """The number of provisions is that of the day: an earlier one is not among them."""
    spec(
        indicator="STA_CLIENTEN",
        shown="stapeling_aantal",
        period="2023-06-30",
        given="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-02-01 |
            anna   | 2023-02-01 | 2023-03-31
            bram   | 2023-02-01 |
            bram   | 2023-06-30 |
        """,
        expect="""
            region | number | persons
            -------+--------+--------
            NL     | T      |       2
            NL     | 1      |       1
            NL     | 2      |       1
        """,
    )
