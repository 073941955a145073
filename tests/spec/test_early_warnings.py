"""Chapter of the specification: early warnings of arrears, and who uses what."""

title = "Early warnings"
text = """
Suppliers of fixed charges tell a gemeente who is in arrears: of rent (`SH`), energy
(`SE`), water (`SW`), health insurance (`SZ`) or other charges (`SO`). A warning is of
one day, and no provision: it counts in no other table. Beside it stand the laws of
which the person, or the household, had a provision in the half-year, or none (`G`).
"""


def test_who_has_warnings_of_several_kinds_counts_in_each(spec):
    """Anna was warned of twice by the energy supplier and once by the landlord."""
    warned = """
        person | domain | type | starts     | ends
        -------+--------+------+------------+-----------
        anna   | signal | SE   | 2023-02-01 | 2023-02-01
        anna   | signal | SE   | 2023-03-01 | 2023-03-01
        anna   | signal | SH   | 2023-03-01 | 2023-03-01
        bram   | signal | SE   | 2023-06-30 | 2023-06-30
        carla  | signal | SW   | 2022-12-31 | 2022-12-31
    """
    spec(
        indicator="VSG_PERSONEN",
        shown="vroegsignalen_soort",
        given=warned,
        expect="""
            region | signal | persons
            -------+--------+--------
            NL     | T      |       2
            NL     | SE     |       2
            NL     | SH     |       1
            NL     | SW     |       0
        """,
    )
    spec(
        indicator="VSG_PERSONEN",
        shown="vroegsignalen_aantal",
        given=warned,
        expect="""
            region | signals | persons
            -------+---------+--------
            NL     | 1       |       1
            NL     | 2       |       0
            NL     | 3       |       1
        """,
    )
    spec(
        indicator="VSG_SIGNALEN",
        given=warned,
        expect="""
            region | signal | warnings
            -------+--------+---------
            NL     | T      |        4
            NL     | SE     |        3
            NL     | SH     |        1
        """,
    )


def test_the_laws_of_who_has_a_warning(spec):
    """Dirk has a provision and no warning: he is in none of these."""
    spec(
        indicator="VSG_PERSONEN",
        shown="vroegsignalen_gebruik",
        given="""
            person | domain | type | starts     | ends
            -------+--------+------+------------+-----------
            anna   | signal | SE   | 2023-02-01 | 2023-02-01
            bram   | signal | SE   | 2023-02-01 | 2023-02-01
            bram   | pwet   | BU   | 2022-01-01 |
            bram   | wmo    | HH   | 2023-06-30 |
            carla  | signal | SE   | 2023-02-01 | 2023-02-01
            carla  | wmo    | HH   | 2022-01-01 | 2022-12-31
            dirk   | wmo    | HH   | 2022-01-01 |
        """,
        expect="""
            region | use | persons
            -------+-----+--------
            NL     | T   |       3
            NL     | G   |       2
            NL     | PW  |       1
            NL     | W   |       0
        """,
    )


def test_a_household_uses_what_its_members_use(spec):
    """Mother is warned of, the child has youth help: the household has both."""
    family = """
        person | household | domain | type
        -------+-----------+--------+-----
        mother | dam 1     | signal | SZ
        mother | dam 1     | signal | SH
        father | dam 1     | signal | SH
        child  | dam 1     | jeugd  | JH
    """
    spec(
        indicator="VSG_HUISHOUDENS",
        shown="vroegsignalen_aantal",
        given=family,
        expect="""
            region | signals | households
            -------+---------+-----------
            NL     | T       |          1
            NL     | 3       |          1
        """,
    )
    spec(
        indicator="VSG_HUISHOUDENS",
        shown="vroegsignalen_gebruik",
        given=family,
        expect="""
            region | use | households
            -------+-----+-----------
            NL     | J   |          1
            NL     | G   |          0
        """,
    )
    spec(
        indicator="VSG_PERSONEN",
        shown="vroegsignalen_gebruik",
        given=family,
        expect="""
            region | use | persons
            -------+-----+--------
            NL     | G   |       2
            NL     | J   |       0
        """,
    )


def test_what_a_gemeente_without_part_grants_is_not_seen(spec):
    """Haarlem does not take part, and grants Anna of Amsterdam her provision."""
    spec(
        indicator="VSG_PERSONEN",
        shown="vroegsignalen_gebruik",
        not_participating=["GM0392"],
        given="""
            person | domain | type | client
            -------+--------+------+-------
            anna   | signal | SE   | GM0363
            anna   | wmo    | HH   | GM0392
        """,
        expect="""
            region | use | persons
            -------+-----+--------
            NL     | T   |       1
            NL     | G   |       1
            NL     | W   |       0
        """,
    )


def test_a_warning_is_no_provision(spec):
    """Who has warnings only has no provisions, and two warnings add none to one."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain | type
            -------+--------+-----
            anna   | signal | SE
            bram   | signal | SE
            bram   | wmo    | HH
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | T           | T      |       1
            NL     | W           | 1      |       1
        """,
    )
