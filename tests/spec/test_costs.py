"""Chapter of the specification: what was spent, and who was paid it."""

title = "Costs and days"
text = """
An amount is what gemeenten spent in the half-year, in thousands of euros. Who is paid
is its contributor: a provider, or the client with a budget of the own. Of youth care
and basic support totals are told, of so many users, without persons. How many
contribute, how much the largest two, and for how many clients, decides whether it may
be shown. Days that provisions lasted are an amount too, and the person contributes.
"""


def test_a_provider_contributes_what_it_was_paid_altogether(spec_spending):
    """Zorgthuis was paid for two clients; Dirk is paid a budget of his own."""
    spec_spending(
        given="""
            person | provider | euros
            -------+----------+------
            anna   | zorgt    | 6000
            bram   | zorgt    | 3000
            carla  | hulp     | 4000
            dirk   |          | 2000
        """,
        expect="""
            region | wmo_type | costs | paid to | most | next | clients
            -------+----------+-------+---------+------+------+--------
            NL     | T        |    15 |       3 |    9 |    4 |       4
            GM0363 | HH       |    15 |       3 |    9 |    4 |       4
            GM0363 | OT       |     0 |       0 |    0 |    0 |       0
        """,
    )


def test_a_contribution_is_rounded_where_it_is_smallest(spec_spending):
    """To a thousand per gemeente, kind and provider, halves up: cells add up."""
    spec_spending(
        given="""
            gemeente | person | provider | detail | euros
            ---------+--------+----------+--------+------
            GM0363   | anna   | zorgt    | OT02   |  1499
            GM0363   | anna   | zorgt    | OT03   |  1500
            GM0344   | bram   | zorgt    | OT02   |   499
        """,
        expect="""
            region | wmo_type | costs | paid to | clients
            -------+----------+-------+---------+--------
            GM0363 | OT       |     3 |       1 |       1
            GM0344 | OT       |     0 |       0 |       1
            NL     | XVO      |     3 |       1 |       2
            NL     | VO       |     0 |       0 |       0
        """,
    )


def test_who_paid_back_more_than_was_paid_counts_for_nothing(spec_spending):
    """Amounts are never below zero; the client is a client."""
    spec_spending(
        given="""
            person | provider | euros
            -------+----------+------
            anna   | zorgt    | -5000
            bram   | hulp     |  3000
        """,
        expect="""
            region | wmo_type | costs | paid to | clients
            -------+----------+-------+---------+--------
            NL     | T        |     3 |       1 |       2
        """,
    )


def test_costs_of_a_gemeente_that_does_not_take_part_are_left_out(spec_spending):
    """Of its provincie too."""
    spec_spending(
        not_participating=["GM0392"],
        given="""
            gemeente | person | provider | euros
            ---------+--------+----------+------
            GM0363   | anna   | zorgt    |  2000
            GM0392   | bram   | zorgt    |  3000
        """,
        expect="""
            region | wmo_type | costs | clients
            -------+----------+-------+--------
            PV27   | T        |     2 |       1
        """,
    )


def test_days_are_of_what_ended(spec_lasting):
    """From 1 to 31 January is 31 days, of 30 June one; Carla's still runs. Anna has two
    trajectories, which are one contribution."""
    spec_lasting(
        given="""
            person | domain | detail | starts     | ends
            -------+--------+--------+------------+-----------
            anna   | jeugd  | JH02   | 2023-01-01 | 2023-01-31
            anna   | jeugd  | JH11   | 2023-06-30 | 2023-06-30
            bram   | jeugd  | JH02   | 2022-12-31 | 2023-01-01
            carla  | jeugd  | JH02   | 2022-12-31 |
            dirk   | jeugd  | JH02   | 2022-01-01 | 2022-12-31
        """,
        expect="""
            region | youth_help | days | persons | longest | next
            -------+------------+------+---------+---------+-----
            NL     | T          |   34 |       2 |      32 |    2
            GM0363 | ZV         |   33 |       2 |      31 |    2
            GM0363 | JH11       |    1 |       1 |       1 |    0
        """,
    )


def test_totals_are_of_as_many_users_as_the_largest_has(spec_spending):
    """Who uses one kind may use the other: 30 and 20 are 30 at least. Budgets
    together have no provider, and are one that is paid."""
    spec_spending(
        indicator="JEU_KOSTEN",
        given="""
            gemeente | provider | detail | users | euros
            ---------+----------+--------+-------+------
            GM0363   | jeugd    | JH02   |    30 | 6000
            GM0363   | samen    | JH11   |    20 | 9000
            GM0363   |          | JH11   |     4 | 1000
            GM0344   | jeugd    | JB21   |     5 | 2000
        """,
        expect="""
            region | youth_care | costs | paid to | most | clients
            -------+------------+-------+---------+------+--------
            GM0363 | T          |    16 |       3 |    9 |      30
            GM0363 | MV         |    10 |       2 |    9 |      20
            GM0363 | JB         |     0 |       0 |    0 |       0
            NL     | T          |    18 |       3 |    9 |      35
        """,
    )


def test_days_by_who_referred(spec_lasting):
    """10 and 5 days by referrer 02; of 2 days the referrer is not known."""
    spec_lasting(
        given="""
            person | domain | type | referrer | starts     | ends
            -------+--------+------+----------+------------+-----------
            anna   | jeugd  | JH   | 02       | 2023-01-01 | 2023-01-10
            bram   | jeugd  | JH   | 02       | 2023-01-01 | 2023-01-05
            carla  | jeugd  | JH   |          | 2023-01-01 | 2023-01-02
        """,
        expect="""
            region | referrer | days | persons | longest
            -------+----------+------+---------+--------
            GM0363 | 02       |   15 |       2 |      10
            GM0363 | 01       |    0 |       0 |       0
            NL     | T        |   17 |       3 |      10
        """,
    )
