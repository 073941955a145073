"""Chapter of the specification: who answered what in the client survey."""

title = "The client survey"
text = """
A gemeente asks some of its Wmo clients whether they agree with four statements, and
delivers what they answered: nobody's name or number. A cell counts respondents, and
each statement is a total of its own: of those who answered it. Beside who agrees stands
who does not (`XE`), so that a gemeente where everybody agrees does not show it.
"""


def test_a_respondent_counts_once_in_the_total(spec_answering):
    """Two and three answers are two respondents."""
    spec_answering(
        given="""
            respondent | 1 | 2 | 3 | 4
            -----------+---+---+---+---
            1          | E | E |   |
            2          | E | O | N |
        """,
        expect="""
            region | answer | respondents
            -------+--------+------------
            NL     | T      |           2
            GM0363 | 1      |           2
            GM0363 | 1E     |           2
            GM0363 | 2      |           2
            GM0363 | 2E     |           1
            GM0363 | 2O     |           1
            GM0363 | 3      |           1
            GM0363 | 4      |           0
        """,
    )


def test_who_does_not_agree_disagrees_or_does_neither(spec_answering):
    """Of four: two agree, one neither agrees nor disagrees, one disagrees."""
    spec_answering(
        given="""
            respondent | 1
            -----------+---
            1          | E
            2          | E
            3          | N
            4          | O
        """,
        expect="""
            region | answer | respondents
            -------+--------+------------
            GM0363 | 1      |           4
            GM0363 | 1E     |           2
            GM0363 | 1N     |           1
            GM0363 | 1O     |           1
            GM0363 | 1XE    |           2
            GM0363 | 1XO    |           3
        """,
    )


def test_who_answers_none_of_the_four_statements_is_no_respondent(spec_answering):
    """The survey has other questions too."""
    spec_answering(
        given="""
            respondent | 1 | 2
            -----------+---+---
            1          |   | E
            2          |   |
        """,
        expect="""
            region | answer | respondents
            -------+--------+------------
            GM0363 | T      |           1
            GM0363 | 1      |           0
        """,
    )


def test_the_numbers_of_two_gemeenten_have_nothing_to_do_with_each_other(
    spec_answering,
):
    """Number 1 of Amsterdam and number 1 of Utrecht are two respondents."""
    spec_answering(
        given="""
            gemeente | respondent | 1
            ---------+------------+---
            GM0363   | 1          | E
            GM0344   | 1          | E
        """,
        expect="""
            region | answer | respondents
            -------+--------+------------
            NL     | 1E     |           2
            PV26   | 1E     |           1
            GM0363 | 1E     |           1
        """,
    )


def test_answers_of_a_gemeente_that_does_not_take_part_are_left_out(spec_answering):
    """Of its provincie too."""
    spec_answering(
        not_participating=["GM0392"],
        given="""
            gemeente | respondent | 1
            ---------+------------+---
            GM0363   | 1          | E
            GM0392   | 1          | O
        """,
        expect="""
            region | answer | respondents
            -------+--------+------------
            PV27   | 1      |           1
            PV27   | 1XE    |           0
        """,
    )


def test_a_percentage_is_of_published_counts_with_what_they_leave_possible(
    spec_sharing,
):
    """The interval is wider for fewer respondents, and has what rounding leaves open:
    40 of 50 may be 38 of 52, or 42 of 48."""
    spec_sharing(
        given="""
            agree | answered
            ------+---------
               40 |       50
              400 |      500
             4000 |     5000
               10 |       15
        """,
        expect="""
            per cent | from | to
            ---------+------+----
                  80 |   60 |  94
                  80 |   76 |  83
                  80 |   79 |  81
                  67 |   27 |  98
        """,
    )


def test_a_percentage_of_100_may_be_of_who_do_not_all_agree(spec_sharing):
    """38 of 42 are published as 40 of 40."""
    spec_sharing(
        given="""
            agree | answered
            ------+---------
               40 |       40
        """,
        expect="""
            per cent | from | to
            ---------+------+----
                 100 |   78 | 100
        """,
    )
