"""Chapter of the specification: the Levensweganalyse, a group followed in time."""

title = "Levensweg"
text = """
Who lives in the country on the start date is followed per half-year. The columns
`start`, `2`, `3`, `4` have the laws (J, P, W) of the provisions on the start date and
in each later half-year; X: not registered any more on the last day of it.
"""


def test_the_start_group_had_a_provision_on_the_start_date(spec_following):
    """Who began later in the first half-year is not in it. U uses, N does not."""
    spec_following(
        given="""
            person | start | 1 | 2
            -------+-------+---+---
            anna   | W     |   | W
            bram   | J     |   |
            carla  |       | P | P
        """,
        expect="""
            code | persons
            -----+--------
            T    |       2
            2U   |       1
            2N   |       1
            2X   |       0
        """,
    )


def test_death_and_emigration(spec_following):
    """Who used in the half-year counts as using; after it X, cannot be followed."""
    spec_following(
        given="""
            person | start | 2  | 3
            -------+-------+----+---
            anna   | W     | WX | X
            bram   | W     | X  | X
            carla  | W     | W  | W
        """,
        expect="""
            code | persons
            -----+--------
            2U   |       2
            2X   |       1
            3U   |       1
            3X   |       2
        """,
    )


def test_household_types(spec_following):
    """The type is that of the start date: 1 or unknown is A, 6 is D (one parent)."""
    spec_following(
        given="""
            person | type | start | 2
            -------+------+-------+---
            anna   | 6    | W     | W
            bram   | 1    | W     |
            carla  |      | J     | J
        """,
        expect="""
            code | persons
            -----+--------
            A    |       2
            A2U  |       1
            A2N  |       1
            D2U  |       1
            D2N  |       0
        """,
    )


def test_from_law_to_law(spec_following):
    """W2P: Wmo on the start date, Participatiewet in the second half-year."""
    spec_following(
        given="""
            person | start | 2
            -------+-------+----
            anna   | W     | P
            bram   | JW    | JW
            carla  | W     |
        """,
        expect="""
            code | persons
            -----+--------
            W    |       3
            J    |       1
            W2P  |       1
            W2W  |       1
            W2J  |       1
            W2N  |       1
            J2W  |       1
        """,
    )


def test_sheltered_employment_is_a_law_of_its_own(spec_following):
    """The Wsw (V): Anna still works by it, Bram went on to a benefit."""
    spec_following(
        given="""
            person | start | 2
            -------+-------+---
            anna   | V     | V
            bram   | VW    | P
        """,
        expect="""
            code | persons
            -----+--------
            V    |       2
            V2V  |       1
            V2P  |       1
            W2P  |       1
            2U   |       2
        """,
    )


def test_leaving_and_coming_back(spec_following):
    """The first half-year without use decides; R came back after it, B did not."""
    spec_following(
        given="""
            person | start | 2 | 3 | 4
            -------+-------+---+---+---
            anna   | W     | W | W | W
            bram   | W     |   | P |
            carla  | W     |   |   |
            dirk   | W     | W | X | X
            els    | W     | W | W |
        """,
        expect="""
            code | persons
            -----+--------
            S    |       1
            E2   |       2
            E2R  |       1
            E2B  |       1
            L3   |       1
            E4   |       1
            2U   |       3
        """,
    )


def test_time_to_exit_by_household_and_law(spec_following):
    """The first half-year without use, of any law: E, or L if not followed by then. By
    type of household, and by each law on the start date."""
    spec_following(
        given="""
            person | type | start | 2 | 3
            -------+------+-------+---+---
            anna   | 1    | W     | P |
            bram   | 1    | JW    |   | J
            carla  | 6    | W     | W | W
            dirk   | 6    | P     | X | P
        """,
        expect="""
            code | persons
            -----+--------
            AE3  |       1
            AE2  |       1
            DS   |       1
            DL2  |       1
            WE3  |       1
            WE2  |       1
            JE2  |       1
            WS   |       1
            PL2  |       1
        """,
    )


def test_return_after_exit(spec_following):
    """When, after the first half-year without use, and with which laws then."""
    spec_following(
        given="""
            person | start | 2 | 3  | 4
            -------+-------+---+----+---
            anna   | W     |   | JP | W
            bram   | W     |   | X  | P
            carla  | W     |   |    |
            dirk   | W     | X | W  | W
        """,
        expect="""
            code  | persons
            ------+--------
            E2R   |       2
            E2R3  |       1
            E2R4  |       1
            E2RJ  |       1
            E2RP  |       2
            E2RW  |       0
        """,
    )


def test_transitions_between_laws(spec_following):
    """From a half-year to the next a law is kept (WW), left for another (WA, WP), for
    nothing (WN) or out of sight (WX), or entered from another (AP) or from neither
    (OP). Over the whole half-year: Bram began youth care after the start date."""
    spec_following(
        given="""
            person | start | 1  | 2  | 3
            -------+-------+----+----+---
            anna   | W     | W  | W  | P
            bram   | W     | JW | W  | X
            carla  | P     | P  |    | P
            dirk   | W     | W  | JW | J
        """,
        expect="""
            code | persons
            -----+--------
            1W   |       3
            K1WW |       3
            K1JA |       1
            K1JW |       1
            K1AJ |       1
            K1PN |       1
            2W   |       3
            K2WA |       2
            K2WP |       1
            K2WJ |       1
            K2WX |       1
            K2JJ |       1
            K2AP |       1
            K2OP |       1
            K2UU |       2
            K2UX |       1
            K2OU |       1
            3P   |       2
        """,
    )


def test_paths_into_use(spec_following):
    """Which event led to which law, and in which half-year use began: I2, I3, ..."""
    spec_following(
        follows="entry",
        given="""
            person | event | day        | begins     | 1 | 2  | 3
            -------+-------+------------+------------+---+----+---
            anna   | 08    | 2015-07-01 | 2015-08-01 |   | JW | P
            bram   |       |            | 2016-01-01 |   |    | W
        """,
        expect="""
            code | persons
            -----+--------
            08J  |       1
            08W  |       1
            08P  |       0
            00W  |       1
            I2   |       1
            I3   |       1
            I2J  |       1
            I3W  |       1
        """,
    )


def test_use_after_a_life_event(spec_following):
    """Events of the three years before the start date; 01 is a divorce."""
    spec_following(
        follows="event",
        given="""
            person | event | day        | 1 | 2
            -------+-------+------------+---+---
            anna   | 01    | 2012-01-01 | P |
            bram   | 01    | 2014-12-31 |   | P
            carla  | 01    | 2011-12-31 | P |
            dirk   | 01    | 2015-01-01 | P |
        """,
        expect="""
            code | persons
            -----+--------
            T    |       2
            01   |       2
            01U  |       1
            01N  |       1
            02   |       0
        """,
    )


def test_what_preceded_first_use(spec_following):
    """Events of the twelve months before the first provision began; 00 is none."""
    spec_following(
        follows="entry",
        given="""
            person | event | day        | begins     | 1 | 2
            -------+-------+------------+------------+---+---
            anna   | 08    | 2014-08-01 | 2015-08-01 |   | J
            bram   | 08    | 2014-07-31 | 2015-08-01 |   | W
            carla  | 08    | 2015-08-02 | 2015-08-01 |   | W
            dirk   | 08    | 2015-08-01 | 2015-08-01 | W | W
        """,
        expect="""
            code | persons
            -----+--------
            T    |       3
            08   |       1
            00   |       2
            J    |       1
            W    |       2
        """,
    )
