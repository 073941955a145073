"""Chapter of the specification: hiding, rounding, rates."""

title = "What is shown of a count"
text = """
Each count is hidden (`.`) or rounded, for itself; a total is rounded from its own exact
value, so that details need not add up. Which counts are hidden to protect others comes
on top of this.
"""


def test_counts_up_to_seven_are_hidden(spec_showing):
    """Zero too: the reader cannot tell nobody from a few."""
    spec_showing(
        given="""
            cell  | count
            ------+------
            none  |     0
            one   |     1
            seven |     7
            eight |     8
        """,
        expect="""
            cell  | shown
            ------+------
            none  | .
            one   | .
            seven | .
            eight | 10
        """,
    )


def test_rounding_to_fives(spec_showing):
    """To the nearest multiple of five: 8 to 12 is 10, 13 to 17 is 15."""
    spec_showing(
        given="""
            cell | count
            -----+------
            a    |     8
            b    |    12
            c    |    13
            d    |    17
            e    |    18
            f    | 10002
            g    | 10003
        """,
        expect="""
            cell | shown
            -----+------
            a    | 10
            b    | 10
            c    | 15
            d    | 15
            e    | 20
            f    | 10000
            g    | 10005
        """,
    )


def test_details_need_not_add_up(spec_showing):
    """12 + 12 + 12 = 36, and 10 + 10 + 10 is not 35."""
    spec_showing(
        given="""
            cell  | count
            ------+------
            north |    12
            south |    12
            west  |    12
            total |    36
        """,
        expect="""
            cell  | shown
            ------+------
            north | 10
            south | 10
            west  | 10
            total | 35
        """,
    )


def test_the_tables_of_2015_show_a_zero(spec_showing):
    """1 to 7 are hidden; a true zero is shown."""
    spec_showing(
        policy="social_domain_2015",
        given="""
            cell  | count
            ------+------
            none  |     0
            one   |     1
            seven |     7
            eight |     8
        """,
        expect="""
            cell  | shown
            ------+------
            none  | 0
            one   | .
            seven | .
            eight | 10
        """,
    )


def test_benefits_are_rounded_to_tens(spec_showing):
    """Halves go up: 15 is 20."""
    spec_showing(
        policy="participation",
        given="""
            cell | count
            -----+------
            a    |     7
            b    |     8
            c    |    14
            d    |    15
            e    |    25
        """,
        expect="""
            cell | shown
            -----+------
            a    | .
            b    | 10
            c    | 10
            d    | 20
            e    | 30
        """,
    )


def test_rates_come_from_the_rounded_count(spec_showing):
    """12 of 1 000 inhabitants are shown as 10, and so as 10 per 1 000."""
    spec_showing(
        given="""
            cell  | count | inhabitants
            ------+-------+------------
            ten   |    12 |        1000
            same  |     8 |        1000
            large |   142 |        3456
        """,
        expect="""
            cell  | shown | per 1 000
            ------+-------+----------
            ten   | 10    | 10
            same  | 10    | 10
            large | 140   | 41
        """,
    )


def test_rates_are_rounded_half_up(spec_showing):
    """10 of 4 000 is 2.5 per 1 000, shown as 3; of 4 001 it is just less."""
    spec_showing(
        given="""
            cell | count | households
            -----+-------+-----------
            half |    10 |       4000
            less |    10 |       4001
            tiny |    10 |     100000
        """,
        expect="""
            cell | shown | per 1 000
            -----+-------+----------
            half | 10    | 3
            less | 10    | 2
            tiny | 10    | 0
        """,
    )


def test_a_hidden_count_has_no_rate(spec_showing):
    """Nor has a region in which nobody lives."""
    spec_showing(
        given="""
            cell   | count | inhabitants
            -------+-------+------------
            hidden |     7 |        1000
            empty  |    10 |           0
        """,
        expect="""
            cell   | shown | per 1 000
            -------+-------+----------
            hidden | .     | .
            empty  | 10    | .
        """,
    )
