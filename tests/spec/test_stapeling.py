"""Chapter of the specification: stapeling, how laws and provisions meet."""

title = "Stapeling"
text = """
Over all provisions of a person or household together: the combination of laws (J
Jeugdwet, P Participatiewet, W Wmo) and the number of provisions.
"""


def test_combinations(spec):
    """Each unit is in exactly one combination; they add up to the total."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain
            -------+-------
            anna   | wmo
            bram   | wmo
            bram   | jeugd
            carla  | wmo
            carla  | pwet
            carla  | jeugd
            dirk   | pwet
        """,
        expect="""
            region | combination | persons
            -------+-------------+--------
            NL     | W           |       1
            NL     | JW          |       1
            NL     | JPW         |       1
            NL     | P           |       1
            NL     | J           |       0
            NL     | JP          |       0
            NL     | PW          |       0
            NL     | T           |       4
        """,
    )


def test_numbers(spec):
    """Two provisions of one law are two provisions."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain | type | provision
            -------+--------+------+----------
            anna   | wmo    | HH   | hulp
            anna   | wmo    | HD   | rolstoel
            bram   | wmo    | HH   | hulp bij bram
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | W           | 1      |       1
            NL     | W           | 2      |       1
            NL     | W           | 3      |       0
            NL     | W           | T      |       2
        """,
    )


def test_six_or_more(spec):
    """Five is five; six, seven and more are together."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain
            -------+-------
            five   | wmo
            five   | wmo
            five   | wmo
            five   | wmo
            five   | wmo
            six    | wmo
            six    | wmo
            six    | wmo
            six    | wmo
            six    | wmo
            six    | wmo
            seven  | jeugd
            seven  | jeugd
            seven  | jeugd
            seven  | jeugd
            seven  | jeugd
            seven  | jeugd
            seven  | jeugd
        """,
        expect="""
            region | number | persons
            -------+--------+--------
            NL     | 5      |       1
            NL     | 6+     |       2
            NL     | T      |       3
        """,
    )


def test_a_household_stacks_what_its_members_have(spec):
    """Father a stairlift, mother help at home, the child a trajectory: three provisions
    of two laws in one household, while no member has two laws."""
    family = """
        person | household | domain | provision
        -------+-----------+--------+----------
        father | dam 1     | wmo    | traplift
        mother | dam 1     | wmo    | hulp
        child  | dam 1     | jeugd  | traject
    """
    spec(
        indicator="STA_HUISHOUDENS",
        given=family,
        expect="""
            region | combination | number | households
            -------+-------------+--------+-----------
            NL     | JW          | 3      |          1
            NL     | W           | T      |          0
            NL     | J           | T      |          0
        """,
    )
    spec(
        indicator="STA_CLIENTEN",
        given=family,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | JW          | T      |       0
            NL     | W           | 1      |       2
            NL     | J           | 1      |       1
        """,
    )


def test_a_shared_benefit_counts_once_in_a_household(spec):
    """Partners on one benefit: one provision of the household, one of each person."""
    partners = """
        person | household | domain | provision
        -------+-----------+--------+----------
        anna   | dam 1     | pwet   | bijstand
        bram   | dam 1     | pwet   | bijstand
    """
    spec(
        indicator="STA_HUISHOUDENS",
        given=partners,
        expect="""
            region | combination | number | households
            -------+-------------+--------+-----------
            NL     | P           | 1      |          1
            NL     | P           | 2      |          0
        """,
    )
    spec(
        indicator="STA_CLIENTEN",
        given=partners,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | P           | 1      |       2
        """,
    )


def test_benefit_and_reintegration_are_two(spec):
    """Both are Participatiewet: one law, two provisions."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain | type | provision
            -------+--------+------+------------
            anna   | pwet   | BU   | bijstand
            anna   | pwet   | SR   | werkplek
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | P           | 2      |       1
        """,
    )


def test_more_laws_than_provisions_cannot_be(spec):
    """A provision is of one law: cells for two laws and one provision are zero."""
    spec(
        indicator="STA_CLIENTEN",
        given="""
            person | domain
            -------+-------
            anna   | wmo
            anna   | jeugd
            anna   | pwet
        """,
        expect="""
            region | combination | number | persons
            -------+-------------+--------+--------
            NL     | JW          | 1      |       0
            NL     | JPW         | 2      |       0
            NL     | JPW         | 3      |       1
        """,
    )
