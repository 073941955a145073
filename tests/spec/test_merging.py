"""Chapter of the specification: Wmo records that are one arrangement."""

title = "Wmo records that are one arrangement"
text = """
A gemeente writes a new record when something changes. Records of one person, gemeente
and type are one arrangement when they have the same toewijzingsnummer (`allocation`),
if the gemeente always gives one; otherwise when financing and reason of ending are
equal and their dates are equal or connect within three days.
"""


def test_records_with_the_same_number(spec_merging):
    """Whatever lies between them; it runs from the first day to the last."""
    spec_merging(
        given="""
            person | allocation | starts     | ends
            -------+------------+------------+-----------
            anna   | 7001       | 2023-01-01 | 2023-01-31
            anna   | 7001       | 2023-04-01 | 2023-05-31
            anna   | 7002       | 2023-02-01 | 2023-03-31
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-05-31
            anna   | 2023-02-01 | 2023-03-31
        """,
    )


def test_the_same_number_for_another_type_or_person(spec_merging):
    """A number joins records of one person and one type only."""
    spec_merging(
        given="""
            person | allocation | type | starts     | ends
            -------+------------+------+------------+-----------
            anna   | 7001       | 01   | 2023-01-01 | 2023-01-31
            anna   | 7001       | 02   | 2023-02-01 | 2023-02-28
            bram   | 7001       | 01   | 2023-02-01 | 2023-02-28
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-02-01 | 2023-02-28
            bram   | 2023-02-01 | 2023-02-28
        """,
    )


def test_one_record_without_a_number(spec_merging):
    """The gemeente does not always give a number, so that dates decide for all."""
    spec_merging(
        given="""
            person | allocation | starts     | ends
            -------+------------+------------+-----------
            anna   | 7001       | 2023-01-01 | 2023-01-31
            anna   | 7001       | 2023-04-01 | 2023-05-31
            bram   |            | 2023-01-01 | 2023-05-31
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-04-01 | 2023-05-31
            bram   | 2023-01-01 | 2023-05-31
        """,
    )


def test_dates_that_connect(spec_merging):
    """The next day, or within three days; the fourth day is a new arrangement."""
    spec_merging(
        given="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-02-01 | 2023-02-28
            bram   | 2023-01-01 | 2023-01-31
            bram   | 2023-02-03 | 2023-02-28
            carla  | 2023-01-01 | 2023-01-31
            carla  | 2023-02-04 | 2023-02-28
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-02-28
            bram   | 2023-01-01 | 2023-02-28
            carla  | 2023-01-01 | 2023-01-31
            carla  | 2023-02-04 | 2023-02-28
        """,
    )


def test_dates_that_overlap_by_at_most_three_days(spec_merging):
    """The margin is on both sides; a longer overlap is two arrangements."""
    spec_merging(
        given="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-01-28 | 2023-02-28
            bram   | 2023-01-01 | 2023-01-31
            bram   | 2023-01-27 | 2023-02-28
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-02-28
            bram   | 2023-01-01 | 2023-01-31
            bram   | 2023-01-27 | 2023-02-28
        """,
    )


def test_a_chain(spec_merging):
    """Each record connects to the next; the last still runs, so the whole does."""
    spec_merging(
        given="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-03-01 |
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-02-01 | 2023-02-28
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----
            anna   | 2023-01-01 |
        """,
    )


def test_equal_dates(spec_merging):
    """The same spell delivered twice is one arrangement."""
    spec_merging(
        given="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-05-31
            anna   | 2023-01-01 | 2023-05-31
            bram   | 2023-01-01 |
            bram   | 2023-01-01 |
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-05-31
            bram   | 2023-01-01 |
        """,
    )


def test_another_financing_reason_or_gemeente(spec_merging):
    """Each of them keeps records apart, however well the dates connect."""
    spec_merging(
        given="""
            person | gemeente | financing | reason | starts     | ends
            -------+----------+-----------+--------+------------+-----------
            anna   | GM0363   | 1         | 05     | 2023-01-01 | 2023-01-31
            anna   | GM0363   | 2         | 05     | 2023-02-01 | 2023-02-28
            bram   | GM0363   | 1         | 05     | 2023-01-01 | 2023-01-31
            bram   | GM0363   | 1         | 11     | 2023-02-01 | 2023-02-28
            carla  | GM0363   | 1         | 05     | 2023-01-01 | 2023-01-31
            carla  | GM0344   | 1         | 05     | 2023-02-01 | 2023-02-28
        """,
        expect="""
            person | starts     | ends
            -------+------------+-----------
            anna   | 2023-01-01 | 2023-01-31
            anna   | 2023-02-01 | 2023-02-28
            bram   | 2023-01-01 | 2023-01-31
            bram   | 2023-02-01 | 2023-02-28
            carla  | 2023-01-01 | 2023-01-31
            carla  | 2023-02-01 | 2023-02-28
        """,
    )
