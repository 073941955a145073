"""Chapter of the specification: what published figures say of hidden ones."""

title = "What a reader can still believe"
text = """
All whole numbers that would have been published exactly so are possible; the smallest
and the largest of a cell are what a reader knows of it. `T` is the total of the parts;
`u` is a count hidden for itself, `x` one hidden to protect another, `o` one of a
gemeente that does not publish.
"""


def test_a_rounded_count(spec_reading):
    """10 is 8 to 12; five more and five less begin where it ends."""
    spec_reading(
        given="""
            part | shown
            -----+------
            T    | 10
        """,
        expect="""
            part | smallest | largest
            -----+----------+--------
            T    |        8 |      12
        """,
    )


def test_tens(spec_reading):
    """10 would be 5 to 14, but 5, 6 and 7 are hidden: 8 to 14."""
    spec_reading(
        policy="participation",
        given="""
            part | shown
            -----+------
            T    | 10
        """,
        expect="""
            part | smallest | largest
            -----+----------+--------
            T    |        8 |      14
        """,
    )


def test_a_single_hidden_part_is_narrowed(spec_reading):
    """33 to 37, less 18 to 22 and 13 to 17: at most 37 - 18 - 13 = 6."""
    spec_reading(
        given="""
            part  | shown
            ------+------
            T     | 35
            north | 20
            south | 15
            west  | .
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            west  |        0 |       6
        """,
    )


def test_a_second_hidden_part_protects_the_first(spec_reading):
    """South could be anything up to 37 - 18: west has all of 0 to 7 again."""
    spec_reading(
        given="""
            part  | shown | status
            ------+-------+-------
            T     | 35    | s
            north | 20    | s
            south | .     | x
            west  | .     | u
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            west  |        0 |       7
            south |        4 |      19
        """,
    )


def test_a_hidden_total_beside_hidden_parts(spec_reading):
    """Nothing but the parts bounds the total."""
    spec_reading(
        given="""
            part  | shown | status
            ------+-------+-------
            T     | .     | x
            north | 20    | s
            south | .     | u
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            T     |       18 |      29
            south |        0 |       7
        """,
    )


def test_a_gemeente_that_does_not_publish(spec_reading):
    """With its total hidden as well, nothing bounds it from above."""
    spec_reading(
        given="""
            part  | shown | status
            ------+-------+-------
            T     | .     | o
            north | 20    | s
            south | .     | o
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            T     |       18 |
            south |        0 |
        """,
    )


def test_parts_that_need_not_add_up_bound_from_above_only(spec_reading):
    """Persons without a known wijk: west may be 0 whatever the gemeente says."""
    spec_reading(
        parts="at_most",
        given="""
            part  | shown | status
            ------+-------+-------
            T     | 35    | s
            north | 20    | s
            west  | .     | x
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            west  |        0 |      19
        """,
    )


def test_where_a_zero_is_shown_a_hidden_count_is_at_least_one(spec_reading):
    """The tables of 2015: both parts are 1 to 7, and together 8 to 12."""
    spec_reading(
        policy="social_domain_2015",
        given="""
            part  | shown
            ------+------
            T     | 10
            north | .
            south | .
            west  | 0
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            north |        1 |       7
            west  |        0 |       0
        """,
    )


def test_small_counts_that_were_rounded(spec_reading):
    """North was 1 to 5, south 0 to 4; west is exact, and the total is their sum."""
    spec_reading(
        policy="small counts",
        given="""
            part  | shown
            ------+-------
            T     | 28
            north | 5
            south | 0
            west  | 23
        """,
        expect="""
            part  | smallest | largest
            ------+----------+--------
            T     |       24 |      32
            north |        1 |       5
            south |        0 |       4
            west  |       23 |      23
        """,
    )
